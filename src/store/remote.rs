//! Objects on S3. In: paths and bytes. Out: objects that are created once and read back, or an error that contains the
//! object. This module does not know the cache, or what an object means.
//!
//! Nothing here trusts an answer alone. An object is created on the condition that its name is free, and read back: the
//! bytes decide, never the ETag. So a reply that was lost, a store that wrote half, and another machine that was faster
//! are told apart by the bytes.
//!
//! The client needs an async runtime, and the store is used from blocking code on threads of tokio and of rayon. So it has
//! a small runtime of its own, and the caller waits on a channel: that works on every thread, also in a runtime with one
//! thread, where `block_in_place` panics. On a thread of a larger runtime it is used as well, so that the other tasks of
//! that thread, such as the renewal of claims, go on.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{RecvError, sync_channel},
    },
    time::{Duration, Instant},
};

use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use object_store::{
    ClientOptions, Error, ObjectStore, ObjectStoreExt as _, PutPayload, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder, S3ConditionalPut},
    path::Path as ObjectPath,
};
use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};

use super::{
    StoreError, StorePlace,
    answers::{NOT_AS_WRITTEN, OUT_OF_REACH, create, is_final, there, words},
};
use domain::Sha256;

/// After a store was out of reach, it is not asked again for this long: a command that reads hundreds of objects then ends
/// after one limit of time, not after hundreds.
const REST: Duration = Duration::from_secs(20);
/// The most requests at a time.
const AT_A_TIME: usize = 8;

/// What a fight over one name showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fight {
    /// How many of the rivals were told that they created the object.
    pub winners: usize,
    /// Whether a later create of the same name was refused.
    pub is_second_refused: bool,
    /// Whether the object has the bytes of the one winner.
    pub is_read_back: bool,
}

impl Fight {
    /// Whether the store keeps a name for whoever created it first.
    #[must_use]
    pub const fn is_fair(self) -> bool {
        self.winners == 1 && self.is_second_refused && self.is_read_back
    }
}

/// A store on S3.
pub(crate) struct Remote {
    place: StorePlace,
    client: AmazonS3,
    runtime: Option<Runtime>,
    out_of_reach: Mutex<Option<Instant>>,
}

/// Without the client, which shows the key.
impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        // A runtime that is dropped on a thread of another one panics; it is let go instead.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// What a store has under a name, compared with what was wanted.
enum Found {
    Wanted(Vec<u8>),
    Other(Sha256),
}

impl Remote {
    /// A store that has not been asked yet.
    ///
    /// # Errors
    /// When the address is not valid, or the system gives no thread.
    pub(crate) fn new(place: StorePlace) -> Result<Self, StoreError> {
        // Only the first call has an effect.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let failed = |why: &'static str| StoreError::Remote { object: place.shown(""), why };
        let is_plain = place.endpoint.as_deref().is_some_and(|address| address.starts_with("http://"));
        let limits = ClientOptions::new()
            .with_allow_http(is_plain)
            .with_connect_timeout(place.connect)
            .with_timeout(place.answer);
        // The attempts are made here: an attempt that lost its reply has to read back what it wrote.
        let once = RetryConfig { max_retries: 0, retry_timeout: place.answer, ..RetryConfig::default() };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&place.bucket)
            .with_region(&place.region)
            .with_access_key_id(&place.key)
            .with_secret_access_key(&place.secret)
            .with_conditional_put(S3ConditionalPut::ETagMatch)
            // One by one: a request that deletes several needs a checksum that not every server takes.
            .with_disable_bulk_delete(true)
            .with_client_options(limits)
            .with_retry(once);
        if let Some(endpoint) = &place.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        let client = builder.build().map_err(|_| failed("its address is not valid"))?;
        let runtime = Builder::new_multi_thread().worker_threads(2).thread_name("store").enable_all().build();
        let runtime = runtime.map_err(|_| failed("the system has no thread for it"))?;
        Ok(Self { place, client, runtime: Some(runtime), out_of_reach: Mutex::default() })
    }

    pub(crate) fn shown(&self, path: &str) -> String {
        self.place.shown(path)
    }

    /// Creates an object that is never replaced. It succeeds if the store has the same bytes already.
    ///
    /// # Errors
    /// When the store has other bytes under the name, or cannot be reached.
    pub(crate) fn create(self: &Arc<Self>, path: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        let (this, path) = (Arc::clone(self), path.to_owned());
        self.wait(async move { this.create_one(&path, bytes).await })
    }

    /// Creates many objects. `read` gives the bytes of each when its turn comes.
    ///
    /// # Errors
    /// As [`Self::create`]; the objects created until then are whole.
    pub(crate) fn create_all(
        self: &Arc<Self>,
        paths: Vec<String>,
        read: impl Fn(&str) -> Result<Vec<u8>, StoreError> + Send + Sync + 'static,
    ) -> Result<(), StoreError> {
        let (this, read) = (Arc::clone(self), Arc::new(read));
        self.wait(async move {
            let each = paths.into_iter().map(|path| {
                let (this, read) = (Arc::clone(&this), Arc::clone(&read));
                async move { this.create_one(&path, read(&path)?).await }
            });
            futures::stream::iter(each).buffer_unordered(AT_A_TIME).try_collect::<()>().await
        })
    }

    /// Writes an object, also over an older one.
    ///
    /// # Errors
    /// When the store cannot be reached, or does not give back what was written.
    pub(crate) fn overwrite(self: &Arc<Self>, path: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        let (this, path) = (Arc::clone(self), path.to_owned());
        self.wait(async move {
            let wanted = Sha256::of(&bytes);
            let body = PutPayload::from(bytes);
            let object = this.object(&path);
            this.tried(&path, || this.client.put(&object, body.clone()).boxed()).await?;
            match this.read_as(&path, &wanted).await? {
                Some(Found::Wanted(_)) => Ok(()),
                _ => Err(this.fault(&path, NOT_AS_WRITTEN)),
            }
        })
    }

    /// The bytes of an object; `None` if it does not exist.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub(crate) fn read(self: &Arc<Self>, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let (this, path) = (Arc::clone(self), path.to_owned());
        self.wait(async move { this.read_any(&path).await })
    }

    /// The bytes of an object with a known hash; `None` if it does not exist. Other bytes are asked for again, because they
    /// may have been altered on the way.
    ///
    /// # Errors
    /// The hash of the other bytes, when that is what the store has; or the store cannot be reached.
    pub(crate) fn read_wanted(
        self: &Arc<Self>,
        path: &str,
        wanted: &Sha256,
    ) -> Result<Option<Result<Vec<u8>, Sha256>>, StoreError> {
        let (this, path, wanted) = (Arc::clone(self), path.to_owned(), *wanted);
        let found = self.wait(async move { this.read_as(&path, &wanted).await })?;
        Ok(found.map(|found| match found {
            Found::Wanted(bytes) => Ok(bytes),
            Found::Other(hash) => Err(hash),
        }))
    }

    /// The length of an object in bytes; `None` if it does not exist.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub(crate) fn length(self: &Arc<Self>, path: &str) -> Result<Option<u64>, StoreError> {
        let (this, path) = (Arc::clone(self), path.to_owned());
        self.wait(async move {
            let object = this.object(&path);
            let asked = this.tried(&path, || this.client.head(&object).boxed()).await;
            there(asked.map(|meta| meta.size))
        })
    }

    /// Removes an object; if it does not exist, nothing happens.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub(crate) fn remove(self: &Arc<Self>, path: &str) -> Result<(), StoreError> {
        let (this, path) = (Arc::clone(self), path.to_owned());
        self.wait(async move {
            let object = this.object(&path);
            let asked = this.tried(&path, || this.client.delete(&object).boxed()).await;
            there(asked).map(drop)
        })
    }

    /// The paths of all objects that begin with `folder`, in order.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub(crate) fn list(self: &Arc<Self>, folder: &str) -> Result<Vec<String>, StoreError> {
        let (this, folder) = (Arc::clone(self), folder.to_owned());
        self.wait(async move {
            let (below, root) = (this.object(&folder), this.place.object(""));
            let all = || this.client.list(Some(&below)).map_ok(|meta| meta.location).try_collect::<Vec<_>>().boxed();
            let listed = this.tried(&folder, all).await?;
            let paths = listed.iter().filter_map(|path| path.as_ref().strip_prefix(root.as_str()));
            let mut paths: Vec<String> = paths.map(str::to_owned).collect();
            paths.sort();
            Ok(paths)
        })
    }

    /// Lets several rivals create one object at once, and one more afterwards; then removes it.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub(crate) fn fight(self: &Arc<Self>, path: &str) -> Result<Fight, StoreError> {
        let (this, path) = (Arc::clone(self), path.to_owned());
        self.wait(async move {
            let object = this.object(&path);
            let rivals = (0..AT_A_TIME).map(|rival| {
                let (this, object) = (&this, &object);
                async move {
                    let body = format!("rival {rival}").into_bytes();
                    (rival, this.client.put_opts(object, body.into(), create()).await)
                }
            });
            let mut winners = Vec::new();
            for (rival, put) in futures::future::join_all(rivals).await {
                match put {
                    Ok(_) => winners.push(rival),
                    Err(Error::AlreadyExists { .. }) => {}
                    Err(error) => return Err(this.fault(&path, words(&error))),
                }
            }
            let second = this.client.put_opts(&object, "later".into(), create()).await;
            let is_second_refused = matches!(second, Err(Error::AlreadyExists { .. }));
            let bytes = this.read_any(&path).await?.unwrap_or_default();
            let is_read_back = winners.first().is_some_and(|rival| bytes == format!("rival {rival}").into_bytes());
            this.tried(&path, || this.client.delete(&object).boxed()).await?;
            Ok(Fight { winners: winners.len(), is_second_refused, is_read_back })
        })
    }

    async fn create_one(&self, path: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        let wanted = Sha256::of(&bytes);
        let body = PutPayload::from(bytes);
        let object = self.object(path);
        let put = || {
            let put = self.client.put_opts(&object, body.clone(), create());
            put.map(|put| match put {
                Ok(_) => Ok(Put::Now),
                Err(Error::AlreadyExists { .. }) => Ok(Put::Before),
                Err(error) => Err(error),
            })
            .boxed()
        };
        let put = self.tried(path, put).await?;
        match (self.read_as(path, &wanted).await?, put) {
            (Some(Found::Wanted(_)), _) => Ok(()),
            (Some(Found::Other(found)), Put::Before) => {
                Err(StoreError::Conflict { object: self.shown(path), found, wanted })
            }
            _ => Err(self.fault(path, NOT_AS_WRITTEN)),
        }
    }

    async fn read_any(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let object = self.object(path);
        // The body belongs to the attempt: an answer that breaks off is asked for again.
        let asked = self.tried(path, || async { self.client.get(&object).await?.bytes().await }.boxed()).await;
        there(asked.map(|bytes| bytes.to_vec()))
    }

    async fn read_as(&self, path: &str, wanted: &Sha256) -> Result<Option<Found>, StoreError> {
        for attempt in 1.. {
            let Some(bytes) = self.read_any(path).await? else { return Ok(None) };
            let found = Sha256::of(&bytes);
            if found == *wanted {
                return Ok(Some(Found::Wanted(bytes)));
            }
            if attempt >= self.place.attempts {
                return Ok(Some(Found::Other(found)));
            }
            tokio::time::sleep(self.place.pause(attempt)).await;
        }
        Ok(None)
    }

    /// Tries until the store answers, as often as the limits allow. An answer that asking again does not change is final.
    async fn tried<'a, T>(
        &'a self,
        path: &str,
        one: impl Fn() -> futures::future::BoxFuture<'a, Result<T, Error>>,
    ) -> Result<T, StoreError> {
        if self.rests() {
            return Err(self.fault(path, OUT_OF_REACH));
        }
        for attempt in 1.. {
            match one().await {
                Ok(answer) => {
                    *self.out_of_reach.lock().unwrap_or_else(PoisonError::into_inner) = None;
                    return Ok(answer);
                }
                Err(Error::NotFound { .. }) => return Err(StoreError::NoObject { object: self.shown(path) }),
                Err(error) if is_final(&error) => return Err(self.fault(path, words(&error))),
                Err(error) if attempt >= self.place.attempts => {
                    *self.out_of_reach.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
                    return Err(self.fault(path, words(&error)));
                }
                Err(_) => tokio::time::sleep(self.place.pause(attempt)).await,
            }
        }
        Err(self.fault(path, OUT_OF_REACH))
    }

    fn rests(&self) -> bool {
        let since = *self.out_of_reach.lock().unwrap_or_else(PoisonError::into_inner);
        since.is_some_and(|since| since.elapsed() < REST)
    }

    fn object(&self, path: &str) -> ObjectPath {
        ObjectPath::from(self.place.object(path))
    }

    fn fault(&self, path: &str, why: &'static str) -> StoreError {
        StoreError::Remote { object: self.shown(path), why }
    }

    fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = sync_channel(1);
        if let Some(runtime) = &self.runtime {
            runtime.spawn(async move {
                let _ = answer.send(work.await);
            });
        }
        let is_shared = Handle::try_current().is_ok_and(|h| h.runtime_flavor() == RuntimeFlavor::MultiThread);
        let got = if is_shared { tokio::task::block_in_place(|| answered.recv()) } else { answered.recv() };
        got.unwrap_or_else(|RecvError| Err(self.fault("", OUT_OF_REACH)))
    }
}

enum Put {
    Now,
    Before,
}
