internal import EvidenceFiles
package import EvidenceRecord
internal import SystemPackage
internal import TransparencyLog

/// The reader's pins, one a line in `trusted` in the key folder, as `known_hosts` keeps hosts.
package struct PinFile: Sendable {
    private static let largestSize = 1_024 * 1_024

    private let path: FilePath
    private let keys: KeyFolder

    package init(_ folders: UserFolders) {
        path = folders.keys.appending("trusted")
        keys = KeyFolder(folders)
    }

    package func pins() throws -> [Pin] {
        return try text().split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap {
            index, line in
            if line.isEmpty || line.hasPrefix("#") { return nil }
            guard let pin = Pin(line: String(line)) else {
                throw EvidenceError(
                    .badInput, en: "Line \(index + 1) of “\(path.shown)” is not a pin. Mend or remove that line.",
                    zh: "“\(path.shown)”第 \(index + 1) 行不是有效的信任记录，请改正或删除该行。")
            }
            return pin
        }
    }

    /// Adds pins, all or none, and says which of them are new.
    ///
    /// A second key for a name is refused, also for that of an archive whose private key is here: either would then pass for the
    /// one that came from its owner.
    package func add(_ pins: [Pin]) throws -> [Bool] {
        try Files.makeFolders(path.parent)
        return try Files.exclusively(in: path.parent) {
            let known = try self.pins()
            for pin in pins where !known.contains(pin) {
                guard let key = pin.key else { continue }
                func isOther(_ other: VerifierKey) -> Bool {
                    other != key && other.type == key.type && other.name.hasSameBytes(as: key.name)
                }
                if let other = known.compactMap(\.key).first(where: isOther) { throw differs(from: other, key) }
                if let own = try keys.archiveKeys().first(where: isOther) { throw differs(fromOwn: own, key) }
            }
            let isNew = pins.map { !known.contains($0) }
            var text = try text()
            if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
            let lines = zip(pins, isNew).filter(\.1).map { "\($0.0.line)\n" }
            if !lines.isEmpty { try Files.replace(path, with: Array((text + lines.joined()).utf8), mode: 0o600) }
            return isNew
        }
    }

    private func differs(from other: VerifierKey, _ key: VerifierKey) -> EvidenceError {
        EvidenceError(
            .refused,
            en:
                "You trust another key for “\(key.name.shown)” already, \(other.description.shown), and no archive and no witness ever changes its key: somebody may want you to trust an archive or a witness of their own. Ask its owner by telephone or on paper. If the one you trust is the wrong one, remove its line from “\(path.shown)” first.",
            zh:
                "您已信任“\(key.name.shown)”的另一公钥 \(other.description.shown)，而档案和见证人从不更换公钥：可能有人想让您信任其自制的档案或见证人。请以电话或书面方式向其所有者核实。若原先信任的有误，请先从“\(path.shown)”中删除该行。"
        )
    }

    private func differs(fromOwn own: VerifierKey, _ key: VerifierKey) -> EvidenceError {
        let place = keys.privatePath(own).shown
        return EvidenceError(
            .refused,
            en:
                "The private key of an archive called “\(key.name.shown)” is on this machine, \(own.description.shown), and this is another: somebody may want you to trust an archive of their own. Ask its owner by telephone or on paper. If the archive of this machine was given up, move its key away first: “\(place)” and the file that ends in .vkey beside it.",
            zh:
                "本机持有名为“\(key.name.shown)”的档案的私钥（\(own.description.shown)），而这是另一公钥：可能有人想让您信任其自制的档案。请以电话或书面方式向其所有者核实。若本机的档案已弃用，请先移走其密钥“\(place)”及其旁边以 .vkey 结尾的文件。"
        )
    }

    private func text() throws -> String {
        guard try Files.status(path) != nil else { return "" }
        return String(decoding: try KeyFile.pins(in: path, limit: PinFile.largestSize), as: UTF8.self)
    }
}
