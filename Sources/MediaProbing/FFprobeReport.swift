package import EvidenceRecord
internal import Foundation
internal import Glibc

/// What ffprobe says of a recording.
package struct FFprobeReport: Sendable {
    static let arguments = [
        "-v", "quiet", "-hide_banner", "-of", "json=c=1", "-protocol_whitelist", "file", "-format_whitelist",
        MediaFormats.recordings, "-show_error", "-show_entries",
        "format=duration:format_tags=creation_time,com.apple.quicktime.creationdate"
            + ":stream=codec_type,codec_name,width,height:stream_disposition=attached_pic",
        "-i",
    ]

    private var found = MediaRecord()
    /// Whether it could open the file, whatever is in it.
    private(set) var isOpened = true
    /// The times of capture that it gives, the best first.
    package private(set) var captures: [CaptureTime] = []

    package init?(_ output: [UInt8]) {
        guard let report = try? JSONSerialization.jsonObject(with: Data(output)) as? [String: Any] else { return nil }
        let failure = (report["error"] as? [String: Any])?["code"] as? Int
        isOpened = failure != -Int(ENOENT) && failure != -Int(EACCES)
        let format = report["format"] as? [String: Any] ?? [:]
        if let seconds = (format["duration"] as? String).flatMap({ Double($0) }) {
            found.duration = MediaText.scaled(seconds, by: 1_000, 0...1e12)
        }
        let tags = format["tags"] as? [String: Any] ?? [:]
        for name in ["com.apple.quicktime.creationdate", "creation_time"] {
            guard let written = (tags[name] as? String).flatMap({ MediaText.cleaned($0) }) else { continue }
            // ffprobe writes a Z behind the latter, whether the device knew its zone or not.
            captures.append(CaptureTime(written: written, tag: "ffprobe:\(name)", isUTC: name == "creation_time"))
        }
        for stream in report["streams"] as? [[String: Any]] ?? [] { read(stream) }
    }

    private mutating func read(_ stream: [String: Any]) {
        let codec = (stream["codec_name"] as? String).flatMap { MediaText.cleaned($0) }
        // The picture on a recording's cover is no video.
        let isCover = ((stream["disposition"] as? [String: Any])?["attached_pic"] as? Int ?? 0) != 0
        switch stream["codec_type"] as? String {
        case "video" where found.videoCodec == nil && !isCover:
            found.videoCodec = codec
            if let width = stream["width"] as? Int, let height = stream["height"] as? Int,
                (1...1_000_000).contains(width), (1...1_000_000).contains(height)
            {
                found.width = Int64(width)
                found.height = Int64(height)
            }
        case "audio" where found.audioCodec == nil: found.audioCodec = codec
        default: break
        }
    }

    package func fill(_ media: inout MediaRecord) {
        media.duration = found.duration ?? media.duration
        media.videoCodec = found.videoCodec
        media.audioCodec = found.audioCodec
        if found.width != nil { (media.width, media.height) = (found.width, found.height) }
    }
}
