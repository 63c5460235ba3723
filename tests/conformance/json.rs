//! Just enough JSON to read `cases.json`.

use std::{collections::BTreeMap, iter::Peekable, str::Chars};

/// A JSON value; numbers are extents.
#[derive(Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(usize),
    Text(String),
    Array(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

impl Json {
    pub(crate) fn parse(text: &str) -> Self {
        let mut reader = Reader { characters: text.chars().peekable() };
        let value = reader.value();
        reader.skip_space();
        assert_eq!(reader.characters.next(), None, "nothing follows the value");
        value
    }

    pub(crate) fn get(&self, key: &str) -> &Self {
        let Self::Object(members) = self else { panic!("no object: {self:?}") };
        members.get(key).unwrap_or_else(|| panic!("no `{key}` in {members:?}"))
    }

    pub(crate) fn items(&self) -> &[Self] {
        let Self::Array(items) = self else { panic!("no array: {self:?}") };
        items
    }

    pub(crate) fn text(&self) -> &str {
        let Self::Text(text) = self else { panic!("no string: {self:?}") };
        text
    }

    pub(crate) fn number(&self) -> usize {
        let Self::Number(number) = self else { panic!("no number: {self:?}") };
        *number
    }
}

struct Reader<'a> {
    characters: Peekable<Chars<'a>>,
}

impl Reader<'_> {
    fn value(&mut self) -> Json {
        match self.peek() {
            '{' => Json::Object(self.list('{', '}', Self::member).into_iter().collect()),
            '[' => Json::Array(self.list('[', ']', Self::value)),
            '"' => Json::Text(self.text()),
            digit if digit.is_ascii_digit() => Json::Number(self.word().parse().unwrap()),
            _ => match self.word().as_str() {
                "true" => Json::Bool(true),
                "false" => Json::Bool(false),
                "null" => Json::Null,
                word => panic!("unexpected `{word}`"),
            },
        }
    }

    fn member(&mut self) -> (String, Json) {
        self.skip_space();
        let key = self.text();
        self.expect(':');
        (key, self.value())
    }

    fn list<T>(&mut self, open: char, close: char, item: fn(&mut Self) -> T) -> Vec<T> {
        self.expect(open);
        let mut items = Vec::new();
        while self.peek() != close {
            if !items.is_empty() {
                self.expect(',');
            }
            items.push(item(self));
        }
        self.expect(close);
        items
    }

    fn text(&mut self) -> String {
        self.expect('"');
        let mut text = String::new();
        loop {
            match self.characters.next().expect("the string ends") {
                '"' => return text,
                '\\' => text.push(self.escaped()),
                character => text.push(character),
            }
        }
    }

    fn escaped(&mut self) -> char {
        match self.characters.next().expect("something is escaped") {
            'n' => '\n',
            'u' => {
                let code: String = self.characters.by_ref().take(4).collect();
                char::from_u32(u32::from_str_radix(&code, 16).unwrap()).expect("no surrogates")
            }
            character @ ('"' | '\\' | '/') => character,
            character => panic!("unexpected escape `{character}`"),
        }
    }

    fn word(&mut self) -> String {
        std::iter::from_fn(|| self.characters.next_if(char::is_ascii_alphanumeric)).collect()
    }

    fn expect(&mut self, character: char) {
        self.skip_space();
        assert_eq!(self.characters.next(), Some(character));
    }

    fn peek(&mut self) -> char {
        self.skip_space();
        *self.characters.peek().expect("more JSON")
    }

    fn skip_space(&mut self) {
        while self.characters.next_if(|character| character.is_whitespace()).is_some() {}
    }
}
