internal import CaseBundle
package import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import Glibc
internal import SystemPackage
internal import ZIPFile

/// What an export becomes.
package enum ExportForm: Sendable {
    case folder
    case zip
    /// A folder with the ZIP in encrypted parts, for whoever holds the key of one of these certificates.
    case encrypted([Recipient])

    var place: NewPlace.Kind {
        switch self {
        case .folder, .encrypted: .folder
        case .zip: .file
        }
    }

    var isEncrypted: Bool { if case .encrypted = self { true } else { false } }

    /// Writes a bundle at a place; durable when it returns, the place's name aside.
    ///
    /// - Parameters:
    ///   - date: the export's day, `YYYY-MM-DD`.
    ///   - write: returns when the writer has finished.
    func write<Result>(at place: FilePath, date: String, _ write: (BundleWriter) throws -> Result) throws -> Result {
        switch self {
        case .folder:
            return try write(BundleWriter(folder: place))
        case .zip:
            let file: OpenFile
            do { file = try OpenFile(place, O_WRONLY | O_CREAT | O_EXCL) } catch let error {
                throw EvidenceError.file(error, place, writing: true)
            }
            return try write(BundleWriter(zip: ZIPWriter(.file(file), date: date)))
        case .encrypted(let recipients):
            let writer = try EncryptedBundleWriter(folder: place, to: recipients)
            let result = try write(BundleWriter(zip: writer.zip(date: date)))
            try writer.finish()
            return result
        }
    }
}
