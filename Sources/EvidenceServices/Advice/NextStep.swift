package import EvidenceRecord

/// The one thing that a person had better do next, after adding.
package enum NextStep: Sendable, Equatable {
    /// These records belong to no case.
    case linkToCase(Unlinked, anyCaseIsOpen: Bool)
    /// No checkpoint has left the archive today, or ever.
    case carryOutCheckpoint(last: Timestamp?)
    /// No second copy was found whole for a week, or ever.
    case copyArchive(last: Timestamp?)

    /// Records without a case; of many only what is needed to name them.
    package struct Unlinked: Sendable, Equatable {
        /// So many are named one by one.
        package static let most = 6

        package private(set) var first: [UInt64] = []
        package private(set) var last: UInt64 = 0
        package private(set) var count: UInt64 = 0

        package init() {}

        /// Adds a record; in order of numbers.
        package mutating func append(_ seq: UInt64) {
            if first.count < Unlinked.most { first.append(seq) }
            last = seq
            count += 1
        }
    }

    /// What is known when it is decided.
    package struct Facts: Sendable {
        package var unlinked = Unlinked()
        package var anyCaseIsOpen = false
        /// Entries that no witness and no timestamp covers.
        package var unanchored: UInt64 = 0
        package var checkpoint: Timestamp?
        package var copy: Timestamp?
        /// When each kind of advice was last given.
        package var advised: [String: CivilDate] = [:]

        package init() {}
    }

    /// Under what name it is noted that the advice was given.
    package var name: String {
        switch self {
        case .linkToCase: "case"
        case .carryOutCheckpoint: "checkpoint"
        case .copyArchive: "copy"
        }
    }

    private static let daysWithoutCopy = 7

    /// The most important of what is missing; nil where nothing is, or where it was said today already.
    ///
    /// Only records without a case are spoken of each time, and that only in an archive that has cases.
    ///
    /// - Parameter day: the day of a moment where the person is.
    package static func choose(_ facts: Facts, today: CivilDate, day: (Timestamp) -> CivilDate) -> NextStep? {
        func wasSaid(_ step: NextStep) -> Bool { facts.advised[step.name] == today }
        let link = NextStep.linkToCase(facts.unlinked, anyCaseIsOpen: facts.anyCaseIsOpen)
        if facts.unlinked.count > 0, facts.anyCaseIsOpen || !wasSaid(link) { return link }
        let carry = NextStep.carryOutCheckpoint(last: facts.checkpoint)
        if facts.unanchored > 0, facts.checkpoint.map(day) != today, !wasSaid(carry) { return carry }
        let copy = NextStep.copyArchive(last: facts.copy)
        let copyIsOld = facts.copy.map { today.dayNumber - day($0).dayNumber >= daysWithoutCopy } ?? true
        return copyIsOld && !wasSaid(copy) ? copy : nil
    }
}
