internal import EvidenceRecord
internal import Foundation
internal import GRDB

extension [UInt8] {
    /// The bytes as GRDB takes them.
    var data: Data { Data(self) }
}

extension Row {
    /// A blob column's bytes; a row of ours that has something else there is damaged.
    func bytes(_ column: String) throws -> [UInt8] {
        guard let data = self[column] as Data? else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: column)
        }
        return [UInt8](data)
    }
}
