internal import EvidenceRecord
internal import MediaProbing

extension FuzzTarget {
    /// What tools that read strangers' files print, and which may therefore be in strangers' hands.
    static let mediaTargets = [
        FuzzTarget("exiftool") { bytes in
            for report in (ExifToolReport.reports(in: bytes) ?? [:]).values {
                var media = MediaRecord()
                report.fill(&media)
                for time in report.captures { media.captured = time.capture(gps: report.gps) { _ in 28_800 } }
                try expectWritable(media)
            }
        },
        FuzzTarget("ffprobe") { bytes in
            guard let report = FFprobeReport(bytes) else { return }
            var media = MediaRecord()
            report.fill(&media)
            for time in report.captures { media.captured = time.capture(gps: nil) { _ in 28_800 } }
            try expectWritable(media)
        },
    ]

    /// What was reported can stand in a body: whole numbers in JSON's range, text without controls.
    private static func expectWritable(_ media: MediaRecord) throws {
        let bytes = JSONValue.object(media.json).canonicalBytes
        let read = try? JSONValue(canonical: bytes)
        try require(read != nil, "what a tool reports can be recorded")
    }
}
