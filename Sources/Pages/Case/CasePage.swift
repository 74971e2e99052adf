internal import EvidenceCrypto
internal import EvidenceRecord
internal import TransparencyLog

/// What a case's pages have in common: a frame that needs no network and runs nothing, and a switch of language.
struct CasePage {
    let head: CaseHead
    /// The page's own styles, after ``baseStyle``.
    let style: String
    let title: Message

    /// All up to the page's content.
    var opening: HTML {
        let css = "\n" + CasePage.baseStyle + style
        let hash = Base64.encode(SHA256Hasher.hash(Array(css.utf8)).bytes)
        let policy: HTML = """
            default-src 'none'; img-src 'self' file:; media-src 'self' file:; style-src 'sha256-\(hash)'; \
            base-uri 'none'; form-action 'none'
            """
        return """
            <!DOCTYPE html>
            <html lang="zh-Hans">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <title>\(head.opened.name) · \(title.zh) · \(title.en)</title>
            <style>\(HTML(trusted: css))</style>
            </head>
            <body>
            <input type="radio" name="language" id="zh" checked aria-label="中文">
            <input type="radio" name="language" id="en" aria-label="English">
            <nav class="switch"><label for="zh" lang="zh-Hans">中文</label><label for="en" lang="en">English</label></nav>
            <div id="page">

            """
    }

    var closing: HTML {
        """
        </div>
        </body>
        </html>

        """
    }

    // MARK: Words

    func when(_ time: Timestamp) -> String { head.zone.local(time, seconds: true) }

    /// A claimed time as it was given: `2026-03-12 14:30 +08:00`.
    static func claimed(_ time: ClaimedTime) -> String {
        let text = time.description
        guard text.count > 10 else { return text }
        let clock = text.dropFirst(11)
        let zone = clock.lastIndex { $0 == "+" || $0 == "-" || $0 == "Z" } ?? clock.endIndex
        let offset = clock[zone...] == "Z" ? "UTC" : clock[zone...]
        return "\(text.prefix(10)) \(clock[..<zone]) \(offset)"
    }

    /// A person with role and unit.
    static func person(_ person: PersonDetails) -> HTML {
        let name = HTML.value(person.person)
        let remarks = [person.unit, person.role].compactMap { $0 }.map { HTML.value($0) }
        if remarks.isEmpty { return name }
        return .both(
            "\(name) (\(HTML.joined(remarks, by: ", ")))", "\(name)（\(HTML.joined(remarks, by: "，"))）")
    }

    /// One row of a description list.
    static func row(_ en: String, _ zh: String, _ value: HTML?) -> HTML {
        guard let value else { return "" }
        return "<div><dt>\(Message(en: en, zh: zh))</dt><dd>\(value)</dd></div>\n"
    }

    /// One or several sides of something that lasted.
    static func span(_ from: ClaimedTime?, _ to: ClaimedTime?) -> HTML? {
        let times = [from, to].compactMap { $0 }.map { claimed($0) }
        return times.isEmpty ? nil : "\(times.joined(separator: " – "))"
    }

    /// What a file is and how much of it there is.
    static func size(_ file: FileRecord) -> String { "\(Formats.bytes(Int64(clamping: file.size))) · \(file.type)" }
}
