internal import CLibmagic
internal import Dispatch
internal import Synchronization

/// Tells media types from content, with libmagic; names are not looked at.
///
/// Not for use by several threads at once.
final class MediaTypeDetector {
    /// How much of a file's beginning is looked at.
    static let sampleSize = 256 * 1_024
    /// What is said of a file that libmagic does not know, or where libmagic has no database.
    static let unknown = "application/octet-stream"

    private let cookie: magic_t?

    init() {
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
    func type(of beginning: UnsafeRawBufferPointer) -> String {
        guard let cookie, !beginning.isEmpty,
            let text = magic_buffer(cookie, beginning.baseAddress, min(beginning.count, MediaTypeDetector.sampleSize))
        else { return MediaTypeDetector.unknown }
        let type = String(cString: text)
        let isType = type.utf8.split(separator: UInt8(ascii: "/")).count == 2 && !type.utf8.contains(UInt8(ascii: " "))
        return isType ? type : MediaTypeDetector.unknown
    }
}

/// Tells media types on a second core, while whoever asks goes on.
///
/// libmagic takes longer for a small file, and longest for text, than it takes to copy and hash it.
///
/// Not for use by several threads at once.
package final class MediaTypeTeller {
    /// How many files may wait for the helper, whose beginnings are kept in memory.
    private static let waitingAtMost = 16

    // Both are made by the asking thread, once they are needed: libmagic makes its tables for all of a process.
    private lazy var helper = Helper(MediaTypeDetector())
    private lazy var own = MediaTypeDetector()

    package init() {}

    /// The media type of a file that begins so; told here and now where the helper has enough to do.
    package func type(of beginning: UnsafeRawBufferPointer) -> ToldMediaType {
        guard helper.waiting.load(ordering: .relaxed) < MediaTypeTeller.waitingAtMost else {
            return ToldMediaType(own.type(of: beginning))
        }
        return helper.tell(Array(beginning.prefix(MediaTypeDetector.sampleSize)))
    }

    /// libmagic with a thread of its own.
    private final class Helper: Sendable {
        private let queue = DispatchQueue(label: "evidence.media-type")
        private let detector: Mutex<MediaTypeDetector>
        let waiting = Atomic(0)

        init(_ detector: sending MediaTypeDetector) { self.detector = Mutex(detector) }

        func tell(_ beginning: [UInt8]) -> ToldMediaType {
            let told = ToldMediaType(nil)
            waiting.add(1, ordering: .relaxed)
            queue.async(group: told.group) { [self] in
                let type = detector.withLock { detector in beginning.withUnsafeBytes { detector.type(of: $0) } }
                told.type.withLock { $0 = type }
                waiting.subtract(1, ordering: .relaxed)
            }
            return told
        }
    }
}

/// A media type that another thread may yet have to tell.
package final class ToldMediaType: Sendable {
    fileprivate let type: Mutex<String?>
    fileprivate let group = DispatchGroup()

    /// - Parameter type: nil where it is told later.
    fileprivate init(_ type: String?) { self.type = Mutex(type) }

    /// One that needs no telling.
    package convenience init(known type: String) { self.init(type) }

    /// Waits until it is told.
    package var value: String {
        group.wait()
        return type.withLock { $0 } ?? MediaTypeDetector.unknown
    }
}
