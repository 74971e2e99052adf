internal import CLibmagic

/// Tells media types from content, with libmagic; names are not looked at.
///
/// Not for use by several threads at once.
package final class MediaTypeDetector {
    /// How much of a file's beginning is looked at.
    package static let sampleSize = 256 * 1_024
    /// What is said of a file that libmagic does not know, or where libmagic has no database.
    package static let unknown = "application/octet-stream"

    private let cookie: magic_t?

    package init() {
        let cookie = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_ERROR)
        if let cookie, magic_load(cookie, nil) != 0 {
            magic_close(cookie)
            self.cookie = nil
        } else {
            self.cookie = cookie
        }
    }

    deinit { if let cookie { magic_close(cookie) } }

    /// The media type of a file that begins so.
    package func type(of beginning: UnsafeRawBufferPointer) -> String {
        guard let cookie, !beginning.isEmpty,
            let text = magic_buffer(cookie, beginning.baseAddress, min(beginning.count, MediaTypeDetector.sampleSize))
        else { return MediaTypeDetector.unknown }
        let type = String(cString: text)
        let isType = type.utf8.split(separator: UInt8(ascii: "/")).count == 2 && !type.utf8.contains(UInt8(ascii: " "))
        return isType ? type : MediaTypeDetector.unknown
    }
}
