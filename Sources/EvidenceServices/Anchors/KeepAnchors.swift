internal import EvidenceArchive
internal import EvidenceRecord

/// Keeps what somebody outside says of an archive's checkpoints, once it was checked; the next commit records it, for good.
struct KeepAnchors {
    /// How far ahead of this machine's clock a time may be, in milliseconds: a day, since clocks are set by hand.
    private static let mostAhead: Int64 = 24 * 60 * 60 * 1_000

    let context: ServiceContext
    let archive: Archive

    /// - Parameter asked: when it was asked for, where that was just now; nil where it was carried here.
    /// - Returns: those that were not here yet.
    /// - Throws: `refused`, with nothing kept, where one states a time that has not come.
    func keep(_ anchors: [Anchor], asked: Timestamp? = nil) throws -> [Anchor] {
        let now = context.now()
        let statements = try anchors.map { (size: $0.size, statement: try $0.statement()) }
        for (_, statement) in statements
        where statement.time.milliseconds - now.milliseconds > KeepAnchors.mostAhead {
            throw EvidenceError(
                .refused,
                en:
                    "“\(statement.by.shown)” states \(statement.time), and by this machine's clock it is \(now): nothing was kept. Set this clock right and take it again. If it is right, theirs is wrong: tell them, and take another.",
                zh:
                    "“\(statement.by.shown)”所述时间为 \(statement.time)，而本机时钟为 \(now)，未予保存。请校准本机时钟后重新接收；若本机时钟无误，则对方时钟有误：请告知对方，并另行取得。"
            )
        }
        let new = try context.appendSession(archive).add(anchors)
        for (size, statement) in statements {
            try compareClocks(statement, from: asked ?? entered(before: size), to: now)
        }
        return new
    }

    /// When the newest entry of so many says that it was written.
    private func entered(before size: UInt64) throws -> Timestamp? {
        size == 0 ? nil : try? archive.record(size - 1).entry.time
    }

    /// Entries bear this machine's time: that it is off is worth knowing while somebody can still say by how much.
    private func compareClocks(_ statement: Anchor.Statement, from earliest: Timestamp?, to now: Timestamp) throws {
        let ahead = earliest.map { $0.milliseconds - statement.time.milliseconds } ?? 0
        let behind = statement.time.milliseconds - now.milliseconds
        guard max(ahead, behind) > AnchorAudit.clockTolerance else { return }
        let (minutes, by) = ((max(ahead, behind) + 59_999) / 60_000, statement.by.shown)
        context.warn(
            ahead > behind
                ? Message(
                    en:
                        "The clock by which entries were written is at least \(minutes) min ahead of that of “\(by)”: find out which one is wrong, and set it right.",
                    zh: "录入条目所用的时钟比“\(by)”的快至少 \(minutes) 分钟：请查明何者有误并校准。")
                : Message(
                    en: "This machine's clock is about \(minutes) min behind that of “\(by)”: set it right.",
                    zh: "本机时钟比“\(by)”的慢约 \(minutes) 分钟，请校准。"))
    }
}
