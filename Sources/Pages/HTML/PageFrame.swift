internal import EvidenceCrypto
internal import EvidenceRecord
internal import TransparencyLog

/// What pages for people have in common: they need no network, run nothing, and have a switch of language.
struct PageFrame {
    let title: HTML
    /// The page's own styles, after ``baseStyle``.
    let style: String
    /// Where pictures may come from, as a Content-Security-Policy has it.
    var pictures = PageFrame.ownPictures

    /// Beside the page.
    static let ownPictures: HTML = "'self' file:"

    /// All up to the page's content.
    var opening: HTML {
        let css = "\n" + PageFrame.baseStyle + style
        let hash = Base64.encode(SHA256Hasher.hash(Array(css.utf8)).bytes)
        let policy: HTML = """
            default-src 'none'; img-src \(pictures); media-src 'self' file:; style-src 'sha256-\(hash)'; \
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
            <title>\(title)</title>
            <style>\(HTML(trusted: css))</style>
            </head>
            <body>
            <input type="radio" name="language" id="zh" checked aria-label="中文">
            <input type="radio" name="language" id="en" aria-label="English">
            <nav class="switch"><label for="zh" lang="zh-Hans">中文</label><label for="en" lang="en">English</label></nav>
            <div id="page">

            """
    }

    static let closing: HTML = """
        </div>
        </body>
        </html>

        """
}
