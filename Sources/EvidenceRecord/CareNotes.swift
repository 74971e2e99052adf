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

        package init(time: Timestamp, size: UInt64, place: String) {
            self.time = time
            self.size = size
            self.place = place
        }
    }

    /// A checkpoint was last written to a file outside the archive.
    package var checkpoint: Deed?
    /// A second copy was last found whole.
    package var copy: Deed?
    /// The days on which advice was last given, by what it was.
    package var advised: [String: CivilDate] = [:]

    package init() {}
}
