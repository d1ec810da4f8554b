//! The words of a model file.

/// A piece of the text, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Span {
    /// First byte.
    pub(crate) start: usize,
    /// Byte after the last.
    pub(crate) end: usize,
}

impl Span {
    /// From the start of one piece to the end of another.
    pub(crate) fn to(self, last: Self) -> Self {
        Self { start: self.start, end: last.end.max(self.start) }
    }
}

/// What a token is. Names, numbers and texts are read from the source by the token's span.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum TokenKind {
    /// Letters, digits, `_`.
    Name,
    /// A number and its value.
    Number(f64),
    /// `"..."`; the span includes the quotes.
    Text,
    /// `"""..."""`; the span includes the quotes.
    LongText,
    /// An operator or a bracket.
    Symbol(Symbol),
    /// The end of a statement; the last token of a file is one.
    End,
}

/// Operators and brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Symbol {
    Plus,
    Minus,
    Star,
    Slash,
    Power,
    Percent,
    OpenRound,
    CloseRound,
    OpenSquare,
    CloseSquare,
    Comma,
    Dot,
    Colon,
    Assign,
    Equals,
    Update,
    Arrow,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    NotEqual,
}

impl Symbol {
    /// The symbols of two characters before those of one that begin like them.
    pub(crate) const SPELLINGS: [(&'static str, Self); 24] = [
        ("**", Self::Power),
        (":=", Self::Update),
        ("->", Self::Arrow),
        ("==", Self::Equals),
        ("!=", Self::NotEqual),
        ("<=", Self::LessEqual),
        (">=", Self::GreaterEqual),
        ("+", Self::Plus),
        ("-", Self::Minus),
        ("*", Self::Star),
        ("/", Self::Slash),
        ("^", Self::Power),
        ("%", Self::Percent),
        ("(", Self::OpenRound),
        (")", Self::CloseRound),
        ("[", Self::OpenSquare),
        ("]", Self::CloseSquare),
        (",", Self::Comma),
        (".", Self::Dot),
        (":", Self::Colon),
        ("=", Self::Assign),
        ("<", Self::Less),
        (">", Self::Greater),
        // The Unicode minus sign comes with equations that are pasted from papers.
        ("\u{2212}", Self::Minus),
    ];

    /// How it is written.
    pub(crate) fn spelling(self) -> &'static str {
        // `^` is the usual form of the power; every other symbol has one spelling (or its usual one first).
        if self == Self::Power {
            return "^";
        }
        Self::SPELLINGS.iter().find(|(_, symbol)| *symbol == self).map_or("", |(spelling, _)| spelling)
    }
}

/// One word of the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
    /// Whether it is the first one on a line that continues a statement.
    pub(crate) continues: bool,
}

/// Words that cannot be names.
pub(crate) const RESERVED: [&str; 21] = [
    "model", "source", "param", "input", "noise", "state", "table", "function", "output", "coupling", "if", "else",
    "and", "or", "not", "in", "pi", "inf", "dt", "delay", "next",
];

/// Words that begin a statement.
pub(crate) const STATEMENTS: [&str; 10] =
    ["model", "source", "param", "input", "noise", "state", "table", "function", "output", "coupling"];
