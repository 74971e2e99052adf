/// The time zone in which people give and read times.
package struct TimeZoneOffset: Sendable {
    /// `Asia/Shanghai`.
    package let name: String
    /// Seconds east of UTC at a moment given in milliseconds since 1970.
    package let seconds: @Sendable (Int64) -> Int

    package init(name: String, seconds: @escaping @Sendable (Int64) -> Int) {
        self.name = name
        self.seconds = seconds
    }

    /// A moment as clocks there show it: `2026-03-12 14:30`, with seconds where they are wanted.
    package func local(_ time: Timestamp, seconds isToTheSecond: Bool = false) -> String {
        let shift = Int64(seconds(time.milliseconds)) * 1_000
        let text = (Timestamp(milliseconds: time.milliseconds + shift) ?? time).description
        return text.prefix(10) + " " + text.dropFirst(11).prefix(isToTheSecond ? 8 : 5)
    }
}
