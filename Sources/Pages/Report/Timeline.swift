package import EvidenceRecord
package import Inspection

/// What happened when, drawn: days from left to right, steps with their names, how many records each day has, deadlines.
package struct Timeline: Sendable {
    package enum Mark: Sendable {
        /// Something that happened.
        case step
        /// A day by which something is due.
        case deadline(isMissed: Bool)
    }

    private var marks: [(day: Day, mark: Mark, label: Message)] = []
    private var records: [Day: Int] = [:]
    private var stay: ClosedRange<Day>?

    package init() {}

    package mutating func add(_ mark: Mark, on day: Day, _ label: Message) { marks.append((day, mark, label)) }

    /// A record of something that happened on the day.
    package mutating func addRecord(on day: Day) { records[day, default: 0] += 1 }

    /// The days that an inspection was on site.
    package mutating func setStay(_ days: ClosedRange<Day>) { stay = days }

    // MARK: Drawing

    private static let width = 720
    private static let margin = 12
    private static let rowHeight = 17
    private static let barHeight = 34

    /// Nothing where nothing has a day.
    package var html: HTML {
        let days = marks.map(\.day) + records.keys + (stay.map { [$0.lowerBound, $0.upperBound] } ?? [])
        guard let first = days.min(), let last = days.max() else { return "" }
        let scale = Scale(first: first, last: last)
        let rows = rows(scale)
        let base = (rows.map(\.row).max() ?? -1) + 1
        let axis = base * Timeline.rowHeight + Timeline.barHeight + 10
        let most = records.values.max() ?? 1
        let bars = records.sorted { $0.key < $1.key }.map { day, count -> HTML in
            let height = max(2, count * Timeline.barHeight / most)
            return """
                <rect class="records" x="\(scale.x(day) - 2)" y="\(axis - height)" width="4" height="\(height)"><title>\
                \(day) · \(count)</title></rect>

                """
        }
        let labels = rows.map { item -> HTML in
            let (x, y) = (scale.x(item.day), item.row * Timeline.rowHeight + 12)
            let anchor: HTML = item.isLeft ? "end" : "start"
            let shift = item.isLeft ? -4 : 4
            return """
                <line class="\(item.style)" x1="\(x)" y1="\(y - 8)" x2="\(x)" y2="\(axis)"/>
                <text class="\(item.style)" x="\(x + shift)" y="\(y)" text-anchor="\(anchor)">\(Timeline.text(item.label))</text>

                """
        }
        let site = stay.map { stay -> HTML in
            let (from, to) = (scale.x(stay.lowerBound), scale.x(stay.upperBound))
            return "<rect class=\"stay\" x=\"\(from)\" y=\"\(axis)\" width=\"\(max(2, to - from))\" height=\"6\"/>\n"
        }
        let ticks = scale.ticks.map { tick -> HTML in
            """
            <line class="tick" x1="\(scale.x(tick))" y1="\(axis)" x2="\(scale.x(tick))" y2="\(axis + 6)"/>
            <text class="tick" x="\(scale.x(tick))" y="\(axis + 19)" text-anchor="\(scale.anchor(tick))">\(tick)</text>

            """
        }
        return """
            <svg class="timeline" viewBox="0 0 \(Timeline.width) \(axis + 26)" role="img" aria-label="时间线 timeline">
            \(bars)\(labels)\(site)<line class="axis" x1="0" y1="\(axis)" x2="\(Timeline.width)" y2="\(axis)"/>
            \(ticks)</svg>

            """
    }

    private struct Label {
        let day: Day
        let label: Message
        let style: HTML
        let row: Int
        /// Whether it stands to the left of its day, as there is no room to the right.
        let isLeft: Bool
    }

    /// Labels in as few rows as they need so that none lies over another.
    private func rows(_ scale: Scale) -> [Label] {
        var ends: [Int] = []
        return marks.sorted { $0.day < $1.day }.map { item in
            let text = Message(en: "\(item.day) \(item.label.en)", zh: "\(item.day) \(item.label.zh)")
            let room = max(Timeline.size(text.en), Timeline.size(text.zh)) + 12
            let x = scale.x(item.day)
            let isLeft = x + room > Timeline.width && x > room
            let start = isLeft ? x - room : x
            let row = ends.firstIndex { $0 <= start } ?? ends.count
            if row == ends.count { ends.append(0) }
            ends[row] = isLeft ? x + 4 : x + room
            let style: HTML =
                switch item.mark {
                case .step: "step"
                case .deadline(let isMissed): isMissed ? "deadline missed" : "deadline"
                }
            return Label(day: item.day, label: text, style: style, row: row, isLeft: isLeft)
        }
    }

    /// About how wide a text is drawn: letters 6, Chinese characters 11.
    private static func size(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + ($1.value < 0x2E80 ? 6 : 11) }
    }

    private static func text(_ message: Message) -> HTML {
        "<tspan lang=\"zh-Hans\">\(message.zh)</tspan><tspan lang=\"en\">\(message.en)</tspan>"
    }

    private struct Scale {
        let first: Day
        let days: Int

        init(first: Day, last: Day) {
            self.first = first
            days = max(1, first.days(to: last))
        }

        func x(_ day: Day) -> Int {
            Timeline.margin + first.days(to: day) * (Timeline.width - 2 * Timeline.margin) / days
        }

        /// About six days that are written below the axis: the first and the last among them.
        var ticks: [Day] {
            let step = max(1, days / 5)
            var ticks = stride(from: 0, to: days, by: step).map { first.adding(days: $0) }
            if let last = ticks.last, ticks.count > 1, last.days(to: first.adding(days: days)) < step * 3 / 4 {
                ticks.removeLast()
            }
            return ticks + [first.adding(days: days)]
        }

        func anchor(_ day: Day) -> HTML {
            day == first ? "start" : first.days(to: day) == days ? "end" : "middle"
        }
    }

    static let style = """
        .timeline { width: 100%; height: auto; display: block; font-size: 11px; }
        .timeline .records { fill: #7a8fa6; }
        .timeline .stay { fill: #2f6f4f; }
        .timeline .axis { stroke: #333; }
        .timeline line.step { stroke: #9aa4b0; }
        .timeline text.step { fill: #1c1f23; }
        .timeline line.deadline { stroke: #b07a12; stroke-dasharray: 3 2; }
        .timeline text.deadline { fill: #8a4b00; }
        .timeline line.missed { stroke: #9c1f1f; }
        .timeline text.missed { fill: #9c1f1f; font-weight: 600; }
        .timeline line.tick { stroke: #333; }
        .timeline text.tick { fill: #5a626c; font-size: 10px; }

        """
}
