//! The fixed words of tables, in the three languages.

use domain::{Language, Measure, Severity, Titles};

/// A fixed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    pub ru: &'static str,
    pub kk: &'static str,
    pub en: &'static str,
}

impl Words {
    #[must_use]
    pub const fn of(self, language: Language) -> &'static str {
        match language {
            Language::Ru => self.ru,
            Language::Kk => self.kk,
            Language::En => self.en,
        }
    }

    #[must_use]
    pub fn titles(self) -> Titles {
        Titles { ru: self.ru.to_owned(), kk: Some(self.kk.to_owned()), en: Some(self.en.to_owned()) }
    }
}

const fn w(ru: &'static str, kk: &'static str, en: &'static str) -> Words {
    Words { ru, kk, en }
}

// Heads of columns.
pub const INDICATOR: Words = w("Показатель", "Көрсеткіш", "Indicator");
pub const METRIC: Words = w("Вид показателя", "Көрсеткіш түрі", "Kind of figure");
pub const OF_WHAT: Words = w("По строке", "Жол бойынша", "By row");
pub const REGION: Words = w("Регион", "Өңір", "Region");
pub const AGENCY: Words = w("Орган", "Орган", "Agency");
pub const MEASURE: Words = w("Единица", "Өлшем бірлігі", "Unit");
pub const CHANGE: Words = w("Изменение", "Өзгеріс", "Change");
pub const GROWTH: Words = w("Изменение, %", "Өзгеріс, %", "Change, %");
pub const SHARE: Words = w("Доля, %", "Үлесі, %", "Share, %");
pub const POINTS: Words = w("Изменение доли, п.п.", "Үлестің өзгерісі, п.т.", "Change in share, p.p.");
pub const RATE: Words = w("На 10\u{a0}000 населения", "10\u{a0}000 тұрғынға", "Per 10,000 inhabitants");
pub const RANK: Words = w("Место", "Орны", "Rank");
pub const MARKS: Words = w("Отметки", "Белгілер", "Marks");
pub const SAME_PERIOD: Words = w("АППГ", "ӨЖСК", "same period of the previous year");

// Places.
pub const REPUBLIC: Words = w("Республика Казахстан", "Қазақстан Республикасы", "Republic of Kazakhstan");
pub const ALL_AGENCIES: Words = w("Все органы", "Барлық органдар", "All agencies");
pub const SEVERAL_REGIONS: Words = w("несколько регионов", "бірнеше өңір", "several regions");
pub const AND: Words = w("и", "және", "and");
pub const FORMER_BORDERS: Words = w("в прежних границах", "бұрынғы шекарада", "in former borders");

// What is missing.
pub const FORM: Words = w("Форма", "Нысан", "Form");
pub const REASON: Words = w("Причина", "Себебі", "Reason");
pub const DUE: Words = w("Срок", "Мерзімі", "Due");
pub const FIGURES: Words = w("Сведения", "Мәліметтер", "Figures");

/// The unit of measure in words.
#[must_use]
pub const fn measure(measure: Measure) -> Words {
    match measure {
        Measure::Count => w("единиц", "бірлік", "units"),
        Measure::Persons => w("человек", "адам", "persons"),
        Measure::ThousandTenge => w("тысяч тенге", "мың теңге", "thousand tenge"),
        Measure::Days => w("дней", "күн", "days"),
    }
}

// Charts in words.
pub const BARS: Words = w("Столбчатая диаграмма", "Бағанды диаграмма", "Bar chart");
pub const CURVES: Words = w("Линейный график по годам", "Жылдар бойынша сызықтық график", "Line chart by years");

// Notes.
pub const SUMMED_REPUBLIC: Words = w(
    "Итог по республике — сумма регионов: документ по республике в целом не поступал.",
    "Республика бойынша қорытынды — өңірлердің қосындысы: жалпы республика бойынша құжат түскен жоқ.",
    "The republic is the sum of its regions: no document for the republic as a whole has come.",
);
pub const NOT_IN_DOCUMENTS: Words =
    w("В поступивших документах нет строк", "Түскен құжаттарда мына жолдар жоқ", "The documents that came do not have");
pub const LEGEND_X: Words = w("нет данных", "деректер жоқ", "not available");
pub const LEGEND_C: Words = w(
    "не публикуется в целях конфиденциальности",
    "құпиялылық мақсатында жарияланбайды",
    "not published for reasons of confidentiality",
);
pub const LEGEND_Z: Words =
    w("неприменимо или несопоставимо", "қолданылмайды немесе салыстырылмайды", "not applicable or not comparable");
pub const LEGEND_P: Words = w(
    "предварительно: приведены сведения более раннего периода",
    "алдын ала: бұрынғы кезеңнің мәліметтері берілген",
    "provisional: figures of an earlier period stand in",
);
pub const LEGEND_R: Words = w(
    "пересмотрено после первого выпуска",
    "алғашқы шығарылымнан кейін қайта қаралды",
    "revised since the first issue",
);
pub const LEGEND_B: Words = w(
    "определение показателя изменилось, сопоставление условно",
    "көрсеткіштің анықтамасы өзгерді, салыстыру шартты",
    "break: the definition changed between the periods compared",
);
pub const MIXED_REPUBLIC: Words = w(
    "[z] По одному из сопоставляемых периодов итог по республике приведён документом, по другому это сумма регионов: они не сопоставляются.",
    "[z] Салыстырылатын кезеңдердің бірінде республика қорытындысы құжатта берілген, екіншісінде ол өңірлердің қосындысы: олар салыстырылмайды.",
    "[z] Of one of the periods compared a document states the republic, of the other it is the sum of regions: they are not compared.",
);
pub const NO_REPUBLIC: Words = w(
    "документ по республике в целом не поступил",
    "жалпы республика бойынша құжат түскен жоқ",
    "no document for the republic as a whole has come",
);
pub const NO_SECTION: Words = w(
    "в поступивших документах этого раздела нет",
    "түскен құжаттарда бұл бөлім жоқ",
    "the documents that came do not have this section",
);
pub const NO_FIGURES_OF_TABLE: Words = w(
    "в поступивших документах нет показателей этой таблицы",
    "түскен құжаттарда бұл кестенің көрсеткіштері жоқ",
    "the documents that came have no figures of this table",
);
pub const NOTE_CUMULATIVE: Words = w(
    "Показатели приводятся нарастающим итогом с 1 января отчётного года.",
    "Көрсеткіштер есепті жылдың 1 қаңтарынан бастап өспелі қорытындымен беріледі.",
    "Figures are cumulative from 1 January of the year.",
);
pub const NOTE_AGO: Words = w(
    "АППГ — аналогичный период прошлого года.",
    "ӨЖСК — өткен жылдың сәйкес кезеңі.",
    "Changes are against the same period of the previous year.",
);
pub const NOTE_GROWTH: Words = w(
    "Изменение в процентах, доли и уровни рассчитаны по точным значениям. Проценты и доли округлены до одного знака, уровни \
     ниже 10 — до двух, ниже 1 — до трёх, одинаково во всей графе. При росте более чем вдвое указано, во сколько раз; при \
     нулевом показателе прошлого года ставится «—».",
    "Пайыздық өзгеріс, үлестер мен деңгейлер дәл мәндер бойынша есептелген. Пайыздар мен үлестер бір таңбаға дейін, 10-нан \
     төмен деңгейлер екі, 1-ден төмен деңгейлер үш таңбаға дейін, бүкіл бағанда бірдей дөңгелектелген. Екі еседен астам \
     өссе, неше есе екені көрсетіледі; өткен жылғы көрсеткіш нөл болса, «—» қойылады.",
    "Percentages, shares and levels are derived from exact figures. Percentages and shares are rounded to one decimal, \
     levels below 10 to two and below 1 to three, alike in the whole column. What more than doubled is given as a \
     multiple; from a zero of the previous year there is no percentage: “—”.",
);
pub const NOTE_QUARTER: Words = w(
    "Показатели за отдельный квартал — разность нарастающих итогов двух смежных периодов; исправления задним числом \
     могут сделать её отрицательной.",
    "Жеке тоқсанның көрсеткіштері — іргелес екі кезеңнің өспелі қорытындыларының айырмасы; кейінгі түзетулер оны теріс \
     ете алады.",
    "Figures of a quarter alone are differences of cumulative figures; later corrections can make them negative.",
);
pub const NOTE_REPUBLIC: Words = w(
    "Показатель по республике может превышать сумму регионов на дела транспортных, военных и центральных органов.",
    "Республика бойынша көрсеткіш көлік, әскери және орталық органдардың істері есебінен өңірлердің қосындысынан көп \
     болуы мүмкін.",
    "The republic may exceed the sum of its regions by the cases of transport, military and central bodies.",
);
pub const NOTE_RU: Words = w(
    "[ru] — наименование приведено на языке формы.",
    "[ru] — атауы нысанның тілінде (орысша) берілген.",
    "[ru] — the form gives this name in Russian only.",
);
pub const EDITIONS: Words = w("Редакция формы", "Нысанның редакциясы", "Edition read");
pub const OF_SERVICE: Words =
    w("без номера (сервис данных)", "нөмірсіз (деректер сервисі)", "without a number (data service)");
pub const DEFINITIONS: Words = w("Определения", "Анықтамалар", "Definitions");
pub const SOURCES: Words = w("Источники по главам", "Тараулар бойынша дереккөздер", "Sources by chapter");
pub const BORDERS: Words = w("Изменения регионов", "Өңірлердің өзгерістері", "Changes of regions");
pub const INCOMPARABLE: Words = w("Несопоставимые показатели", "Салыстырылмайтын көрсеткіштер", "Incomparable figures");
pub const LEGEND: Words = w("Условные обозначения", "Шартты белгілер", "Shorthand");

// Pages of a book, in a workbook or as HTML.
pub const CONTENTS: Words = w("Содержание", "Мазмұны", "Contents");
pub const NOTES: Words = w("Примечания", "Ескертпелер", "Notes");
pub const COLLECTION: Words = w("Статистический сборник", "Статистикалық жинақ", "Statistical collection");
pub const PERIOD: Words = w("Период", "Кезең", "Period");
pub const ACT: Words = w("Основание", "Негіздеме", "Legal basis");
pub const DUE_DAY: Words = w("Срок представления", "Ұсыну мерзімі", "Due");
pub const EDITION: Words = w("Выпуск", "Шығарылым", "Issue");
pub const FIRST_ISSUE: Words = w("первый", "бірінші", "first");
pub const CONTENT_ID: Words = w("Код содержания", "Мазмұн коды", "Content id");
pub const BACK: Words = w("← Содержание", "← Мазмұны", "← Contents");
pub const TREND: Words = w("По годам", "Жылдар бойынша", "By year");
pub const FINDINGS: Words = w("Замечания проверок", "Тексеру ескертпелері", "Findings of the checks");
pub const ERRORS: Words = w("ошибки", "қателер", "errors");
pub const WARNINGS: Words = w("предупреждения", "ескертулер", "warnings");
pub const INFOS: Words = w("для сведения", "мәлімет үшін", "information");

/// What a rule that holds for every form says, by the first words of its name.
#[must_use]
pub fn common_rule(rule: &str) -> Option<Words> {
    const RULES: [(&str, Words); 12] = [
        ("shape.edition", w("Редакция формы изменилась", "Нысанның редакциясы өзгерді", "")),
        ("shape.", w("Документ отличается от описания формы", "Құжат нысанның сипаттамасынан өзгеше", "")),
        ("identity", w("Документ противоречит сам себе", "Құжат өзіне-өзі қайшы", "")),
        (
            "comparison.doubtful",
            w("Ошибки в документе, с которым сравнивается", "Салыстырылатын құжатта қателер бар", ""),
        ),
        ("missing.comparison", w("Нет сведений для сравнения", "Салыстыруға арналған мәліметтер жоқ", "")),
        ("missing.", w("Поступили не все документы формы", "Нысанның барлық құжаттары түскен жоқ", "")),
        ("continuity.opening", w("Остаток на начало года изменился", "Жыл басындағы қалдық өзгерді", "")),
        ("continuity", w("Нарастающий итог уменьшился", "Өспелі қорытынды азайды", "")),
        ("twins", w("У двух регионов одинаковые сведения", "Екі өңірдің мәліметтері бірдей", "")),
        (
            "plausibility",
            w(
                "Резкое изменение к прошлому году, требует проверки",
                "Өткен жылға қарағанда күрт өзгеріс, тексеруді қажет етеді",
                "",
            ),
        ),
        ("republic", w("Республика и сумма регионов различаются", "Республика мен өңірлердің қосындысы әртүрлі", "")),
        ("service", w("Ответ сервиса отличается от описания", "Сервис жауабы сипаттамадан өзгеше", "")),
    ];
    RULES.iter().find(|(opening, _)| rule.starts_with(opening)).map(|(_, words)| *words)
}

/// How grave a finding is, in words.
#[must_use]
pub const fn severity(severity: Severity) -> Words {
    match severity {
        Severity::Error => w("ошибка", "қате", "error"),
        Severity::Warning => w("предупреждение", "ескерту", "warning"),
        Severity::Info => w("для сведения", "мәлімет", "information"),
    }
}

// Pages that are looked at before a book is sent.
pub const DRAFT: Words = w(
    "ПРОЕКТ — есть неустранённые ошибки.",
    "ЖОБА — түзетілмеген қателер бар.",
    "DRAFT — errors stand that nobody has let pass.",
);

// The summary page.
pub const KEY_FIGURES: Words = w("Основные показатели", "Негізгі көрсеткіштер", "Key figures");
pub const SUMMARY_SOURCE: Words = w(
    "Источник: формы, указанные в главах сборника.",
    "Дереккөз: жинақтың тарауларында көрсетілген нысандар.",
    "Source: the forms named in the chapters.",
);
pub const MEASURE_IN_LINE: Words = w(
    "Единица измерения указана в строке.",
    "Өлшем бірлігі жолда көрсетілген.",
    "The unit of measure stands in each line.",
);

pub const MEASURE_IN_HEAD: Words = w(
    "Единица измерения указана в заголовке графы.",
    "Өлшем бірлігі бағанның атауында көрсетілген.",
    "The unit of measure stands in the head of each column.",
);

// A chapter without figures.
pub const NOT_COME: Words = w("форма не поступила", "нысан түспеді", "the form has not come");
pub const NO_FIGURES: Words = w("[x] Сведения не поступили", "[x] Мәліметтер түспеді", "[x] The figures have not come");
pub const SUPPLEMENT: Words = w(
    "Когда форма поступит, будет выпущено дополнение к сборнику.",
    "Нысан түскенде жинаққа толықтыру шығарылады.",
    "When the form comes, a supplement to the collection follows.",
);

// What changed since an earlier issue.
pub const CHANGES_TITLE: Words =
    w("Изменения после вашего экземпляра", "Сіздің данаңыздан кейінгі өзгерістер", "Changes since your copy");
pub const CHANGES_SOURCE: Words = w(
    "Источник: сравнение двух выпусков сборника.",
    "Дереккөз: жинақтың екі шығарылымын салыстыру.",
    "Source: a comparison of two issues of the collection.",
);
pub const CHANGES_MEASURE: Words = w(
    "Единица измерения — как в указанной таблице.",
    "Өлшем бірлігі — көрсетілген кестедегідей.",
    "The unit of measure is that of the table named.",
);
pub const TABLE: Words = w("Таблица", "Кесте", "Table");
pub const TABLE_TITLE: Words = w("Название таблицы", "Кестенің атауы", "Title of the table");
pub const LINE: Words = w("Строка", "Жол", "Line");
pub const COLUMN: Words = w("Графа", "Баған", "Column");
pub const WAS: Words = w("Было", "Болғаны", "Was");
pub const IS: Words = w("Стало", "Қазір", "Is now");
pub const DIFFERENCE: Words = w("Разница", "Айырма", "Difference");
pub const TABLE_CAME: Words = w("таблица добавлена", "кесте қосылды", "table added");
pub const TABLE_GONE: Words = w("таблица исключена", "кесте алынып тасталды", "table taken out");
pub const LINE_CAME: Words = w("строка добавлена", "жол қосылды", "line added");
pub const LINE_GONE: Words = w("строка исключена", "жол алынып тасталды", "line taken out");
