/// What this user has done to keep an archive safe, and what was last advised.
///
/// For advice alone. Nothing is verified by it, anybody who holds the account may alter it, and where it can't be read it
/// is as if nothing had been done.
package struct CareNotes: Sendable, Equatable {
    /// Something done at a moment, at a size of the log.
    package struct Deed: Sendable, Equatable {
        package let time: Timestamp
        package let size: UInt64
        /// Where, for people to read.
        package let place: String
        /// The mount point of the file system that this lay on; nil where it is not known.
        package let mountPoint: String?

        package init(time: Timestamp, size: UInt64, place: String, mountPoint: String? = nil) {
            self.time = time
            self.size = size
            self.place = place
            self.mountPoint = mountPoint
        }
    }

    /// A checkpoint was last written to a file outside the archive.
    package var checkpoint: Deed?
    /// Second copies were found whole, each at another place; the newest first.
    package private(set) var copies: [Deed] = []
    /// A second copy was last found whole.
    package var copy: Deed? { copies.first }
    /// The days on which advice was last given, by what it was.
    package var advised: [String: CivilDate] = [:]

    /// So many places are remembered.
    private static let mostCopies = 8

    package init() {}

    /// Notes a copy in the place of an earlier one there.
    package mutating func add(copy: Deed) {
        copies = [copy] + copies.filter { !$0.place.hasSameBytes(as: copy.place) }.prefix(CareNotes.mostCopies - 1)
    }

    /// The copy that was last found whole at a place.
    package func copy(at place: String) -> Deed? { copies.first { $0.place.hasSameBytes(as: place) } }
}
