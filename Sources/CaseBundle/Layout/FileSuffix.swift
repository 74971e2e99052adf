package import EvidenceRecord

/// The ends of the names that files have in a bundle, so that a browser plays and a desktop opens them.
///
/// FORMAT.md, "Bundle". They follow from the media type that the record has of its file, never from the file's own name,
/// and what a browser would run is given one with which it only shows the text.
enum FileSuffix {
    /// What a type that is not in the table gets.
    static let other = "bin"

    private static let byType: [String: String] = [
        "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "image/tiff": "tif",
        "image/bmp": "bmp", "image/x-ms-bmp": "bmp", "image/heic": "heic", "image/heif": "heif",
        "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/x-m4a": "m4a", "audio/wav": "wav", "audio/x-wav": "wav",
        "audio/ogg": "ogg", "audio/flac": "flac", "audio/x-flac": "flac", "audio/aac": "aac",
        "audio/x-hx-aac-adts": "aac", "audio/amr": "amr", "audio/AMR": "amr",
        "video/mp4": "mp4", "video/x-m4v": "mp4", "video/quicktime": "mov", "video/x-msvideo": "avi",
        "video/x-matroska": "mkv", "video/webm": "webm", "video/mpeg": "mpg", "video/3gpp": "3gp", "video/3gpp2": "3gp",
        "video/x-ms-asf": "wmv", "video/MP2T": "ts",
        "application/pdf": "pdf", "application/rtf": "rtf", "text/rtf": "rtf", "message/rfc822": "eml",
        "application/msword": "doc", "application/vnd.ms-excel": "xls", "application/vnd.ms-powerpoint": "ppt",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
        "application/vnd.oasis.opendocument.text": "odt", "application/vnd.oasis.opendocument.spreadsheet": "ods",
        "application/zip": "zip", "application/x-7z-compressed": "7z", "application/x-rar": "rar",
        "application/gzip": "gz", "application/pkcs7-mime": "p7m",
        "text/plain": "txt", "text/csv": "csv", "text/html": "txt", "text/xml": "txt", "application/json": "txt",
        "image/svg+xml": "txt",
    ]
    private static let all = Set(byType.values).union([other])

    static func of(type: String) -> String { byType[type] ?? other }

    static func isKnown(_ suffix: Substring) -> Bool { all.contains(String(suffix)) }
}

extension FileRecord {
    /// Where the file lies in a bundle.
    package var bundlePath: String { BundlePart.file(sha256, suffix: FileSuffix.of(type: type)).path }
}
