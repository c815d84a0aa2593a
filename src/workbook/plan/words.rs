//! The fixed words of a workbook's pages.

use assemble::words::Words;
pub use assemble::words::{
    ACT, BACK, COLLECTION, CONTENT_ID, CONTENTS, DUE_DAY, EDITION, ERRORS, FINDINGS, INFOS, NOTES, PERIOD, TREND,
    WARNINGS,
};

const fn w(ru: &'static str, kk: &'static str, en: &'static str) -> Words {
    Words { ru, kk, en }
}

/// The same in every language, so that nobody takes it for anything else.
pub const SAMPLE_DATA: &str = "SAMPLE DATA";

// Names of sheets.
pub const COVER: Words = w("Обложка", "Мұқаба", "Cover");
pub const CHANGES: Words = w("Изменения", "Өзгерістер", "Changes");
pub const KEY_FIGURES: Words = w("Показатели", "Көрсеткіштер", "Key figures");
pub const QUALITY: Words = w("Качество", "Сапа", "Quality");
pub const CONTROL: Words = w("Контроль", "Бақылау", "Control sums");
pub const CHART_FIGURES: Words = w("Данные диаграмм", "Диаграмма деректері", "Chart data");
pub const DYNAMICS: Words = w("Динамика", "Динамика", "Dynamics");
pub const REGIONS: Words = w("По регионам", "Өңірлер", "Regions");
pub const AGENCIES: Words = w("По органам", "Органдар", "Agencies");
pub const STRUCTURE: Words = w("Структура", "Құрылымы", "Structure");
pub const QUARTER: Words = w("За квартал", "Тоқсан", "Quarter alone");
pub const SERIES: Words = w("По годам", "Жылдар", "Years");
pub const SECTION: Words = w("Раздел формы", "Нысан бөлімі", "Form section");
pub const REGIONS_ACROSS: Words = w("Строки по регионам", "Жолдар өңірлер бойынша", "Rows by region");
pub const AGENCIES_ACROSS: Words = w("Строки по органам", "Жолдар органдар бойынша", "Rows by agency");
pub const MISSING: Words = w("Нет данных", "Деректер жоқ", "Not available");

// The cover.
pub const SAMPLE_MEANING: Words = w(
    "SAMPLE DATA — учебные данные, не являются официальной статистикой.",
    "SAMPLE DATA — оқу деректері, ресми статистика емес.",
    "SAMPLE DATA — made up for trials, not official statistics.",
);
pub const DRAFT_MEANING: Words = w(
    "ПРОЕКТ — есть неустранённые ошибки, см. лист «Качество».",
    "ЖОБА — түзетілмеген қателер бар, «Сапа» парағын қараңыз.",
    "DRAFT — errors stand, see the sheet “Quality”.",
);
pub const INCOMPLETE: Words = w("НЕПОЛНЫЙ", "ТОЛЫҚ ЕМЕС", "INCOMPLETE");
pub const GENERATED: Words = w("По состоянию на", "Жағдай бойынша", "As of");
pub const COMPLETENESS: Words = w("Полнота", "Толықтығы", "Completeness");
pub const CONTACT: Words = w("Контакты", "Байланыс", "Contact");
pub const CONTACT_UNSAID: Words = w(
    "здесь стоят контакты органа: zhinaq.toml, [office] contact",
    "мұнда органның байланыс деректері тұрады: zhinaq.toml, [office] contact",
    "the office's contact stands here: zhinaq.toml, [office] contact",
);
pub const COPY: Words = w("Экземпляр", "Дана", "Copy");
pub const NO_COPY: Words = w("для просмотра, без номера", "қарауға арналған, нөмірсіз", "to look at, not numbered");
pub const ABOUT: Words = w("О сборнике", "Жинақ туралы", "About");
pub const WITHOUT_COMPARISON: Words = w(
    "часть сведений для сравнения не поступила",
    "салыстыруға арналған мәліметтердің бір бөлігі түспеді",
    "some figures for comparison have not come",
);
pub const MISSING_FORMS: Words = w("Не поступили", "Түспеген нысандар", "Not come");
pub const SHOWN_BELOW: Words =
    w("Диаграмма — под таблицей.", "Диаграмма кестенің астында.", "The chart stands below the table.");

// Contents, notes, quality, control.
pub const NUMBER: Words = w("№", "№", "No");
pub const TABLE: Words = w("Таблица", "Кесте", "Table");
pub const FORM: Words = w("Форма", "Нысан", "Form");
pub const CONTENTS_LINK: Words = w("Содержание →", "Мазмұны →", "Contents →");
pub const NO_FINDINGS: Words = w(
    "Проверки форм, вошедших в сборник, замечаний не дали.",
    "Жинаққа енген нысандарды тексеру ескертпе бермеді.",
    "The checks of the forms in this collection found nothing.",
);
pub const WEIGHT: Words = w("Важность", "Маңыздылығы", "Severity");
pub const UNIT: Words = w("Регион", "Өңір", "Region");
pub const PLACE: Words = w("Раздел / строка / графа", "Бөлім / жол / баған", "Section / row / column");
pub const EXPECTED: Words = w("Ожидалось", "Күтілген", "Expected");
pub const FOUND: Words = w("Найдено", "Табылған", "Found");
pub const DIFFERENCE: Words = w("Разница", "Айырма", "Difference");
pub const RULE: Words = w("Правило", "Ереже", "Rule");
pub const OVERRIDES: Words = w("Допущено решением", "Шешіммен жіберілген", "Let pass by decision");
pub const UNPRINTED: Words = w("Ещё замечаний", "Тағы ескертпелер", "Further findings");
pub const CONTROL_TITLE: Words = w("Контрольные суммы", "Бақылау сомалары", "Control sums");
pub const CONTROL_MEANING: Words = w(
    "По каждой таблице: сколько в ней исходных чисел, их точная сумма и контрольный код.",
    "Әр кесте бойынша: бастапқы сандар саны, олардың дәл қосындысы және бақылау коды.",
    "For each table: how many source figures it has, their exact sum, and a control code.",
);
pub const COUNT: Words = w("Чисел", "Сан саны", "Figures");
pub const SUM: Words = w("Сумма", "Қосынды", "Sum");
pub const CODE: Words = w("Код", "Код", "Code");
pub const CHART_TITLE: Words = w("Данные диаграмм", "Диаграмма деректері", "Chart data");
pub const CHART_MEANING: Words = w(
    "Значения, по которым построены диаграммы, в порядке показа.",
    "Диаграммалар салынған мәндер, көрсету ретімен.",
    "The values that the charts show, in the order they are shown.",
);
pub const CHARTS_NOT_PRINTED: Words = w(
    "В печатную версию лист не входит: его значения стоят в таблицах.",
    "Парақ баспа нұсқасына кірмейді: оның мәндері кестелерде тұр.",
    "The sheet is no part of the printed version: its values stand in the tables.",
);
pub const NOT_PRINTED: Words =
    w("В печатную версию не входит", "Баспа нұсқасына кірмейді", "No part of the printed version");
pub const NOT_PRINTED_TABLES: Words = w(
    "Только в книге, в печатную версию не входят таблицы",
    "Тек кітапта бар, баспа нұсқасына кірмейтін кестелер",
    "Only in the workbook, no part of the printed version, are tables",
);
pub const CATEGORY: Words = w("Категория", "Санат", "Category");
pub const ROW: Words = w("Ряд", "Қатар", "Series");
pub const VALUE: Words = w("Значение", "Мәні", "Value");
pub const COLUMN_IN_FULL: Words = w("Графа", "Баған", "Column");
pub const PAGE: Words = w("стр.", "бет", "page");
pub const OF: Words = w("из", "/", "of");
