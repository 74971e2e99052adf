internal import EvidenceFiles
package import EvidenceRecord
internal import SystemPackage

/// The reader's pins, one a line in `trusted` in the key folder, as `known_hosts` keeps hosts.
package struct PinFile: Sendable {
    private static let largestSize = 1_024 * 1_024

    private let path: FilePath

    package init(_ folders: UserFolders) { path = folders.keys.appending("trusted") }

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

    /// Adds a pin; false where it was there already.
    package func add(_ pin: Pin) throws -> Bool {
        try Files.makeFolders(path.parent)
        return try Files.exclusively(in: path.parent) {
            let pins = try pins()
            if pins.contains(pin) { return false }
            var text = try text()
            if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
            try Files.replace(path, with: Array((text + pin.line + "\n").utf8), mode: 0o600)
            return true
        }
    }

    private func text() throws -> String {
        guard try Files.status(path) != nil else { return "" }
        return String(decoding: try Files.contents(of: path, limit: PinFile.largestSize), as: UTF8.self)
    }
}
