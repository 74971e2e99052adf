/// How far a long operation has come; a value that the operation hands to whoever shows it.
package struct ProgressSnapshot: Sendable, Equatable {
    package var phase: Message
    package var filesDone: Int
    package var filesTotal: Int?
    package var bytesDone: Int64
    package var bytesTotal: Int64?
    /// What is being worked on, such as a file's name, as it is: it is made safe where it is shown.
    package var current: String?

    package init(
        phase: Message, filesDone: Int = 0, filesTotal: Int? = nil, bytesDone: Int64 = 0, bytesTotal: Int64? = nil,
        current: String? = nil
    ) {
        self.phase = phase
        self.filesDone = filesDone
        self.filesTotal = filesTotal
        self.bytesDone = bytesDone
        self.bytesTotal = bytesTotal
        self.current = current
    }

    /// The part done, 0 to 1: of the bytes where their total is known, else of the files; nil where neither is.
    package var fraction: Double? {
        if let bytesTotal, bytesTotal > 0 { return min(1, Double(bytesDone) / Double(bytesTotal)) }
        if let filesTotal, filesTotal > 0 { return min(1, Double(filesDone) / Double(filesTotal)) }
        return nil
    }
}
