package import TransparencyLog

/// What `evidence repair` found, and what it put back or would put back.
package struct RepairReport: Sendable {
    /// The mirror's size and root.
    package let mirror: Checkpoint
    /// Whether it only says what it would do.
    package let isPlan: Bool
    /// What was wrong with the archive.
    package var problems: [Problem] = []
    /// How many more there were of a code of which only the first hundred are kept.
    package var omitted: [Problem.Code: Int] = [:]
    /// Whether the log is written anew, and which of its rows were missing or other than they ought to be.
    package var mendsLog = false
    package var rows: [ArchiveRepaired.Row] = []
    /// How many such rows there were; ``rows`` has the first ones.
    package var rowCount = 0
    /// The entries that the mirror has past the archive's last; empty where the archive's log can't be read.
    package var takenOver: Range<UInt64> = 0..<0
    /// The stored files that were put back.
    package var files: [ArchiveRepaired.File] = []
    /// Whether the look-up tables are made anew.
    package var mendsIndex = false
    package var mendsCheckpoint = false
    /// What lies in the folder `aside` since it was replaced, the stored files aside.
    package var kept: [ArchiveRepaired.Kept] = []
    /// What the mirror could not mend.
    package var left: [Problem] = []
    /// The commit that records it; nil where nothing was to be recorded.
    package var recorded: Checkpoint?

    package init(from mirror: Checkpoint, isPlan: Bool) {
        self.mirror = mirror
        self.isPlan = isPlan
    }

    /// Whether anything is mended.
    package var mends: Bool { mendsLog || !files.isEmpty || mendsIndex || mendsCheckpoint }

    /// 0 where nothing is wrong that is not mended, 1 where something is, 3 where something could not be read.
    package var exitStatus: Int32 {
        left.contains { $0.severity == .tampering } ? 1 : left.isEmpty ? 0 : 3
    }
}
