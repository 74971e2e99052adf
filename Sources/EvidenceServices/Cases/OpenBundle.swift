internal import CaseBundle
internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
package import SystemPackage

/// `evidence open`: makes a bundle of an encrypted one, with the key of whom it is for.
///
/// It decrypts and does not judge: whether the bundle is what an archive signed is for `evidence verify` to say.
package struct OpenBundle {
    package struct Result: Sendable {
        /// How many parts there were, and their bytes.
        package let parts: Int
        package let bytes: UInt64
        package let isZIP: Bool
    }

    private static let phase = Message(en: "decrypting", zh: "解密")

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// - Parameters:
    ///   - bundle: the folder with the encrypted parts.
    ///   - key: a file with the private key.
    ///   - target: a new ZIP file where the name ends in `.zip`, else a new folder.
    package func run(_ bundle: FilePath, key: FilePath, to target: FilePath) throws -> Result {
        let encrypted = try EncryptedBundle(bundle)
        let isZIP = target.extension?.lowercased() == "zip"
        let place = try NewPlace(target: target, kind: isZIP ? .file : .folder)
        try place.prepare()
        let key = try context.decryptionKey(key)
        let total = encrypted.index.size
        var snapshot = ProgressSnapshot(phase: OpenBundle.phase, bytesTotal: Int64(clamping: total))
        try place.write { new, _ in
            let progress: (Int) throws -> Void = { count in
                snapshot.bytesDone += Int64(count)
                try context.progress(snapshot)
            }
            if isZIP {
                try encrypted.open(with: key, toFile: new, progress: progress)
            } else {
                try encrypted.open(with: key, toFolder: new, progress: progress)
            }
        }
        return Result(parts: encrypted.index.parts.count, bytes: total, isZIP: isZIP)
    }
}
