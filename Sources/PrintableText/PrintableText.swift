// SPDX-License-Identifier: Apache-2.0

extension StringProtocol {
    /// The text as it may be shown to people: what ends a line, steers a terminal, turns the direction of text or is
    /// invisible is escaped, and the rest is cut off.
    ///
    /// Controls (Cc), format characters (Cf), line and paragraph separators (Zl, Zp) become `\n`, `\t`, `\r` or such as
    /// `\u{202e}`. Text without any, backslashes included, stays as it is: this is for reading, not for decoding.
    ///
    /// - Parameter limit: how many Unicode scalars the result has at most; a text that is cut ends in `…`.
    public func printable(limit: Int = .max) -> String {
        var result = String.UnicodeScalarView()
        // Where the text ends if a mark has to follow.
        var (count, end, marked) = (0, result.endIndex, false)
        for scalar in unicodeScalars {
            let shown = scalar.isPrintable ? nil : scalar.escape
            let width = shown?.unicodeScalars.count ?? 1
            guard count + width <= limit else {
                marked = true
                break
            }
            if let shown { result.append(contentsOf: shown.unicodeScalars) } else { result.append(scalar) }
            count += width
            if count < limit { end = result.endIndex }
        }
        guard marked else { return String(result) }
        return limit < 1 ? "" : String(String.UnicodeScalarView(result[..<end])) + "…"
    }

    /// The text of a JSON document as it may be shown to people: the same document, with what ``printable(limit:)`` escapes
    /// written as JSON's own `\u` escapes.
    ///
    /// Newlines stay, since they can only stand between the parts of a document; other white space there becomes spaces.
    public func printableJSON() -> String {
        if unicodeScalars.allSatisfy({ $0.isPrintable || $0 == "\n" }) { return String(self) }
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": result.append(scalar)
            case "\r", "\t": result.append(" ")
            case let scalar where scalar.isPrintable: result.append(scalar)
            default: result.append(contentsOf: scalar.jsonEscape.unicodeScalars)
            }
        }
        return String(result)
    }
}

extension Unicode.Scalar {
    /// Whether it has a place of its own on the screen, or at least changes nothing about the others'.
    public var isPrintable: Bool {
        // Most text is ASCII, and the table of categories costs more than the rest.
        if value < 0x7F { return value >= 0x20 }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    fileprivate var escape: String {
        switch self {
        case "\n": #"\n"#
        case "\r": #"\r"#
        case "\t": #"\t"#
        default: #"\u{"# + String(value, radix: 16) + "}"
        }
    }

    /// One `\u` escape, or two for what lies beyond the basic plane.
    fileprivate var jsonEscape: String {
        String(self).utf16.reduce(into: "") { text, unit in
            let digits = String(unit, radix: 16)
            text += #"\u"# + String(repeating: "0", count: 4 - digits.count) + digits
        }
    }
}
