internal import EvidenceRecord

/// Goes through a ZIP file from its first byte to its last, and takes no other form than ``ZIPFrame``'s.
///
/// Sizes are taken from the local headers, everything else is made anew and compared. So there is one reading of a file:
/// what other programs find by its central directory is what was found here, and nothing lies between, before or behind.
struct ZIPWalk {
    /// How messages call the file.
    let shownName: String

    /// - Parameters:
    ///   - read: gives the next bytes; fewer than asked for only at the end.
    ///   - visit: is given each member and where its bytes are; the next ``read`` has to give what follows them.
    /// - Returns: the frame that all members have; nil where there are no members.
    /// - Throws: `badInput` where the file has another form.
    func run(
        read: (Int) throws -> [UInt8], visit: (ZIPFrame.Member, _ offset: UInt64) throws -> Void
    ) throws -> ZIPFrame? {
        var frame: ZIPFrame?
        var members: [ZIPFrame.Member] = []
        var position: UInt64 = 0
        while true {
            let start = try read(4)
            if start.count < 4 { throw start.isEmpty && members.isEmpty ? notZIP : cutOff }
            let signature: UInt32 = LittleEndian.read(start[...], at: 0)
            guard signature == ZIPFrame.localSignature else {
                if members.isEmpty { throw notZIP }
                guard signature == ZIPFrame.centralSignature else {
                    throw fault(members.last?.name ?? [], Message(en: "something else lies behind it", zh: "其后另有内容"))
                }
                break
            }
            let (member, header, day) = try local(start, at: position, read)
            let known = frame ?? ZIPFrame(day: day)
            frame = known
            guard known.localHeader(member) == header else { throw fault(member.name, ZIPWalk.reason(local: header)) }
            members.append(member)
            position += UInt64(header.count)
            let (end, overflow) = position.addingReportingOverflow(member.size)
            if overflow || end > UInt64(Int64.max) { throw cutOff }
            try visit(member, position)
            position = end
        }
        if let frame { try finish(frame, members, at: position, read) }
        return frame
    }

    /// Reads a local header whose signature was read.
    private func local(
        _ start: [UInt8], at offset: UInt64, _ read: (Int) throws -> [UInt8]
    ) throws -> (member: ZIPFrame.Member, header: [UInt8], day: UInt16) {
        var header = start + (try read(ZIPFrame.localSize - start.count))
        guard header.count == ZIPFrame.localSize else { throw cutOff }
        let (nameSize, extraSize): (UInt16, UInt16) = (
            LittleEndian.read(header[...], at: 26), LittleEndian.read(header[...], at: 28)
        )
        let rest = try read(Int(nameSize) + Int(extraSize))
        guard rest.count == Int(nameSize) + Int(extraSize) else { throw cutOff }
        header += rest
        let small: UInt32 = LittleEndian.read(header[...], at: 22)
        // What is not of this form is seen when the header is made anew.
        let size =
            small == UInt32.max && extraSize == 20
            ? LittleEndian.read(rest[...], at: Int(nameSize) + 4) : UInt64(small)
        let member = ZIPFrame.Member(
            name: Array(rest.prefix(Int(nameSize))), size: size, crc32: LittleEndian.read(header[...], at: 14),
            offset: offset)
        return (member, header, LittleEndian.read(header[...], at: 12))
    }

    /// Compares the central directory, whose first signature was read, and the end.
    private func finish(
        _ frame: ZIPFrame, _ members: [ZIPFrame.Member], at offset: UInt64, _ read: (Int) throws -> [UInt8]
    ) throws {
        var size: UInt64 = 0
        for member in members {
            let expected = frame.centralHeader(member)
            let known = size == 0 ? Array(expected.prefix(4)) : []
            let found = known + (try read(expected.count - known.count))
            guard found.count == expected.count else { throw cutOff }
            guard found == expected else { throw fault(member.name, ZIPWalk.reason(central: found)) }
            size += UInt64(expected.count)
        }
        let end = frame.end(count: UInt64(members.count), directory: (offset, size))
        let found = try read(end.count + 1)
        if found.count < end.count { throw cutOff }
        guard found == end else {
            throw fault(
                members.last?.name ?? [], Message(en: "the end of the file is not as it was written", zh: "文件结尾与写出时不同"))
        }
    }

    // MARK: Words

    private static func reason(local header: [UInt8]) -> Message {
        let (flags, method): (UInt16, UInt16) = (
            LittleEndian.read(header[...], at: 6), LittleEndian.read(header[...], at: 8)
        )
        if flags & 1 != 0 { return Message(en: "it is encrypted", zh: "已加密") }
        if method != 0 { return Message(en: "it is compressed", zh: "已压缩") }
        return Message(en: "its header is not as it was written", zh: "其文件头与写出时不同")
    }

    private static func reason(central header: [UInt8]) -> Message {
        let attributes: UInt32 = LittleEndian.read(header[...], at: 38)
        switch attributes >> 28 {
        case 0o04: return Message(en: "it is a folder", zh: "是文件夹")
        case 0o12: return Message(en: "it is a link", zh: "是链接")
        case 0o01, 0o02, 0o06, 0o14: return Message(en: "it is a device, pipe or socket", zh: "是设备、管道或套接字")
        default: return Message(en: "the directory of the ZIP has something else for it", zh: "ZIP 目录对其另有记载")
        }
    }

    private var notZIP: EvidenceError {
        EvidenceError(.badInput, en: "“\(shownName)” is not a ZIP file.", zh: "“\(shownName)”不是 ZIP 文件。")
    }

    var cutOff: EvidenceError {
        EvidenceError(
            .badInput, en: "“\(shownName)” is cut off: its end is missing. Copy it again from where it came.",
            zh: "“\(shownName)”不完整：缺少结尾。请从来源处重新复制。")
    }

    private func fault(_ name: [UInt8], _ reason: Message) -> EvidenceError {
        let member = String(decoding: name, as: UTF8.self).shown
        return EvidenceError(
            .badInput,
            en:
                "“\(shownName)” is not as evidence export writes a ZIP file (“\(member)”: \(reason.en)). It was changed, damaged or packed by another program. Unpack it, then verify the folder.",
            zh:
                "“\(shownName)”不是 evidence export 写出的 ZIP 的样子（“\(member)”：\(reason.zh)），可能被改动、损坏，或由其他程序打包。请先解压，再核验解压出的文件夹。"
        )
    }

    /// A member's bytes are not those that its checksum was made of.
    func wrongChecksum(_ member: ZIPFrame.Member) -> EvidenceError {
        fault(member.name, Message(en: "its bytes and its checksum do not agree", zh: "内容与校验值不符"))
    }
}
