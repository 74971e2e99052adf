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
    /// - Throws: `refused`, with nothing kept, where each states a time that has not come. One among others is left out, with a warning.
    func keep(_ anchors: [Anchor], asked: Timestamp? = nil) throws -> [Anchor] {
        let now = context.now()
        var good: [Anchor] = []
        for anchor in anchors {
            let statement = try anchor.statement()
            if statement.time.milliseconds - now.milliseconds <= KeepAnchors.mostAhead {
                good.append(anchor)
            } else if good.isEmpty, anchor == anchors.last {
                throw EvidenceError(.refused, KeepAnchors.early(statement, now))
            } else {
                context.warn(KeepAnchors.early(statement, now))
            }
        }
        let new = try context.appendSession(archive).add(good)
        for anchor in good {
            compareClocks(try anchor.statement(), from: asked ?? entered(before: anchor.size), to: now)
        }
        return new
    }

    private static func early(_ statement: Anchor.Statement, _ now: Timestamp) -> Message {
        Message(
            en:
                "“\(statement.by.shown)” states \(statement.time), and by this machine's clock it is \(now): that was not kept. Set this clock right and take it again. If it is right, theirs is wrong: tell them, and take another.",
            zh:
                "“\(statement.by.shown)”所述时间为 \(statement.time)，而本机时钟为 \(now)，未予保存。请校准本机时钟后重新接收；若本机时钟无误，则对方时钟有误：请告知对方，并另行取得。"
        )
    }

    /// When the newest entry of so many says that it was written.
    private func entered(before size: UInt64) -> Timestamp? {
        size == 0 ? nil : try? archive.record(size - 1).entry.time
    }

    /// Entries bear this machine's time: that it is off is worth knowing while somebody can still say by how much.
    private func compareClocks(_ statement: Anchor.Statement, from earliest: Timestamp?, to now: Timestamp) {
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
