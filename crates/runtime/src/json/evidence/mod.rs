//! What makes an answer "read": which JSON value may stand for which documented kind, and what shows that it is the documented one.
//!
//! The table is what tests are made from; [`lenient`](crate::json::lenient) does as it says.

/// What a value shows of the document that it was read by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// Nothing: it is null, does not fit, or is an object without a documented member.
    #[default]
    Nothing,
    /// It is of a kind whose content the document leaves open: any value, or an object with any keys.
    Kind,
    /// A documented member, or a value of the documented kind.
    Member,
}

impl Evidence {
    /// What a documented member shows whose value shows this.
    pub(crate) fn of_member(self) -> Self {
        if self == Self::Nothing { self } else { Self::Member }
    }
}

/// What a JSON value is in the place of a documented one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Read: as documented.
    Read,
    /// Read, though written in another way than the document says.
    Drift,
    /// Not read: the field is absent, and listed as lossy.
    Lossy,
    /// The whole answer cannot be read.
    Unreadable,
}

/// What stands for a documented value: a name, and JSON with `FIT` and `TEXT` for a value of the kind and its text.
pub const COLUMNS: [(&str, &str); 17] = [
    ("null", "null"),
    ("true", "true"),
    ("7", "7"),
    ("10.5", "10.5"),
    ("35 digits", "12345678901234567890123456789012345"),
    ("text of it", "TEXT"),
    ("other text", "\"?\""),
    ("`\"\"`", "\"\""),
    ("`\" 7 \"`", "\" 7 \""),
    ("`\"+1200.50\"`", "\"+1200.50\""),
    ("`\" 1200.50 \"`", "\" 1200.50 \""),
    ("`[]`", "[]"),
    ("list of one", "[FIT]"),
    ("list of two", "[FIT,FIT]"),
    ("documented object", "{\"id\":\"x\"}"),
    ("other object", "{\"stranger\":1}"),
    ("`{}`", "{}"),
];

/// A documented kind, and what each of [`COLUMNS`] is in its place.
#[derive(Debug)]
pub struct Row {
    /// The kind.
    pub kind: &'static str,
    /// A value of it.
    pub fit: &'static str,
    /// The same as text.
    pub text: &'static str,
    /// Verdicts on a field: `.` read, `~` drift, `!` lossy.
    pub field: &'static str,
    /// Verdicts on the payload of a call that reads: these, or `x` unreadable.
    pub whole: &'static str,
}

impl Row {
    /// The JSON of a column.
    pub fn json(&self, column: usize) -> String {
        COLUMNS.get(column).map_or("", |(_, json)| json).replace("FIT", self.fit).replace("TEXT", self.text)
    }

    /// The verdict on a field.
    pub fn field(&self, column: usize) -> Option<Verdict> {
        verdict(self.field, column)
    }

    /// The verdict on a payload.
    pub fn whole(&self, column: usize) -> Option<Verdict> {
        verdict(self.whole, column)
    }
}

fn verdict(marks: &str, column: usize) -> Option<Verdict> {
    Some(match marks.as_bytes().get(column)? {
        b'.' => Verdict::Read,
        b'~' => Verdict::Drift,
        b'!' => Verdict::Lossy,
        b'x' => Verdict::Unreadable,
        _ => return None,
    })
}

/// The row of a kind.
pub fn row(kind: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.kind == kind)
}

const fn of(
    kind: &'static str,
    fit: &'static str,
    text: &'static str,
    field: &'static str,
    whole: &'static str,
) -> Row {
    Row { kind, fit, text, field, whole }
}

/// All kinds.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    // kind                                                     null true 7 10.5 huge, text ? "" " 7 " + pad, [] one two, member other {}
    of("string",            "\"x\"",            "\"x\"",          ".~~~~......~~!!!~", "x~~~~......x~xxxx"),
    of("secret",            "\"x\"",            "\"x\"",          ".~~~~......~~!!!~", "x~~~~......x~xxxx"),
    of("integer",           "7",                "\"7\"",          ".!.!!~!~~!!~~!!!~", "xx.xx~xx~xxx~xxxx"),
    of("minor amount",      "7",                "\"7\"",          ".!.!!~!~~!!~~!!!~", "xx.xx~xx~xxx~xxxx"),
    of("decimal",           "10.50",            "\"10.50\"",      ".!..!~!~~~~~~!!!~", "xx..x~xx~~~x~xxxx"),
    of("boolean",           "true",             "\"true\"",       "..!!!~!~!!!~~!!!~", "x.xxx~xxxxxx~xxxx"),
    of("enum",              "\"open\"",         "\"open\"",       ".~~~~.~~~~~~~~~~~", "xxxxx.~~~~~xxxxxx"),
    of("date",              "\"2021-09-02\"",   "\"2021-09-02\"", ".!~~~..~...~~!!!~", "xx~~~..x...x~xxxx"),
    of("list of texts",     "\"x\"",            "\"x\"",          ".~~~~~~~~~~...!!~", "x~~~~~~x~~~...xxx"),
    of("list of objects",   "{\"id\":\"x\"}",   "\"x\"",          ".!!!!!!~!!!...~!~", "xxxxxxxxxxx...~xx"),
    of("object",            "{\"id\":\"x\"}",   "\"x\"",          ".!!!!!!~!!!~~!.~.", "xxxxxxxxxxxx~x.xx"),
    of("map",               "{\"id\":\"x\"}",   "\"x\"",          ".!!!!!!~!!!~!!...", "xxxxxxxxxxxxxx..."),
    of("text or integer",   "7",                "\"x\"",          ".~.~~......~~~~~~", "x~.xx......xxxxxx"),
    of("union of objects",  "{\"id\":\"x\"}",   "\"x\"",          ".~~~~~~~~~~~~~.~~", "xxxxxxxxxxxxxx.xx"),
    of("any",               "7",                "\"x\"",          "....!............", "x...!............"),
];

#[cfg(test)]
mod tests;
