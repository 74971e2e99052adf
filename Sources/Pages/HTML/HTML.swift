package import EvidenceRecord

/// Markup for pages, written as a string literal.
///
/// Whatever is put into it is text, with controls shown and markup inert, unless it is markup itself. So no value can
/// leave its place.
package struct HTML: ExpressibleByStringInterpolation, Sendable {
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var source = ""

        package init(literalCapacity: Int, interpolationCount: Int) { source.reserveCapacity(literalCapacity) }

        package mutating func appendLiteral(_ literal: String) { source += literal }
        /// Text, within an element or a quoted attribute.
        package mutating func appendInterpolation(_ text: String) { source += HTML.escaped(text.shown) }
        package mutating func appendInterpolation(_ number: some BinaryInteger) { source += String(number) }
        package mutating func appendInterpolation(_ html: HTML) { source += html.source }
        /// What may be missing: then nothing.
        package mutating func appendInterpolation(_ html: HTML?) { source += html?.source ?? "" }
        package mutating func appendInterpolation(_ parts: [HTML]) { for part in parts { source += part.source } }
        /// A text of ours in both languages, of which a page shows one.
        package mutating func appendInterpolation(_ message: Message) { source += HTML(message).source }
        /// Somebody else's text within a line, which can't reorder what stands beside it.
        package mutating func appendInterpolation(value text: String) { source += HTML.value(text).source }
    }

    package let source: String

    package init(stringLiteral value: String) { source = value }
    package init(stringInterpolation: StringInterpolation) { source = stringInterpolation.source }

    /// Markup that was made elsewhere, and is safe.
    package init(trusted source: String) { self.source = source }

    /// A text of ours in both languages.
    package init(_ message: Message) {
        self = message.en.hasSameBytes(as: message.zh) ? "\(message.en)" : .both("\(message.en)", "\(message.zh)")
    }

    /// The same in both languages.
    package static func both(_ en: HTML, _ zh: HTML) -> HTML {
        "<span lang=\"zh-Hans\">\(zh)</span><span lang=\"en\">\(en)</span>"
    }

    /// Somebody else's text within a line.
    package static func value(_ text: String) -> HTML { "<bdi>\(text)</bdi>" }

    /// Somebody else's text of several lines.
    package static func lines(_ text: String) -> HTML {
        let lines = text.split(separator: /\r\n|[\n\r\u{2028}\u{2029}]/, omittingEmptySubsequences: false)
        return HTML(trusted: lines.map { HTML.value(String($0)).source }.joined(separator: "<br>"))
    }

    package static func joined(_ parts: [HTML], by separator: HTML = "") -> HTML {
        HTML(trusted: parts.map(\.source).joined(separator: separator.source))
    }

    /// Bytes to write to a page.
    package var bytes: [UInt8] { Array(source.utf8) }

    private static let entities: [Unicode.Scalar: String] = [
        "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;",
    ]

    private static func escaped(_ text: String) -> String { text.exchanging(entities) }
}
