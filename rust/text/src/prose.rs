//! What is no table: sentences, and comments among rows.

use memchr::memmem;

use crate::guess::Guess;

/// Words a line from which text may be prose.
const WORDS: usize = 6;
const FIELD_WORDS: usize = 3;
const MARKS: [&str; 3] = ["#", "//", "%"];

/// Tell sentences from rows: many words, no width that most lines agree on.
pub fn is_prose(text: &[u8], best: &Guess) -> bool {
    let lines: Vec<&[u8]> =
        text.split(|&byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.trim_ascii().is_empty()).collect();
    let words: usize =
        lines.iter().map(|line| line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count()).sum();
    if words < WORDS * lines.len() {
        return false;
    }
    if best.width <= 1 || best.consistency < 0.5 {
        return best.quoted * 2 < lines.len();
    }
    let delimiter = &best.rules.delimiter;
    let all = memmem::find_iter(text, delimiter).count();
    let spaced = memmem::find_iter(text, delimiter).filter(|&at| text.get(at + delimiter.len()) == Some(&b' ')).count();
    let loose = spaced * 10 >= all * 9 && words >= FIELD_WORDS * (all + lines.len());
    let steady = best.consistency >= 0.8 && best.width > 2 && lines.len() > 3;
    best.quoted == 0 && (delimiter == b" " || loose && !steady)
}

/// What comments start with: lines that begin so stand among others and are not written like them.
pub fn comment(text: &str) -> Option<&'static str> {
    MARKS.into_iter().find(|mark| {
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let marked = lines.iter().filter(|line| line.starts_with(mark)).count();
        let first = lines.iter().take_while(|line| line.starts_with(mark)).count();
        if marked == 0 || marked == lines.len() {
            return false;
        }
        let delimiters = |line: &str| line.bytes().filter(|byte| matches!(byte, b',' | b';' | b'\t' | b'|')).count();
        let usual = lines.iter().filter(|line| !line.starts_with(mark)).map(|line| delimiters(line)).max().unwrap_or(0);
        // A single marked line on top with as many fields as the rows is their header.
        let header = first == 1 && marked == 1 && usual > 0 && delimiters(lines[0]) == usual;
        let alike =
            lines.iter().filter(|line| line.starts_with(mark) && usual > 0 && delimiters(line) == usual).count();
        !header && alike * 2 < marked && (*mark == "#" || marked == first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_told_from_headers_and_values() {
        assert_eq!(comment("# made by hand\na,b\n1,2\n# half way\n3,4\n"), Some("#"));
        assert_eq!(comment("#id,name\n1,a\n2,b\n"), None);
        assert_eq!(comment("tag,n\n#a,1\n#b,2\n"), None);
    }
}
