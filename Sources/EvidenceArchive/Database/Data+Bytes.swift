internal import EvidenceRecord
internal import Foundation
internal import GRDB

extension [UInt8] {
    /// The bytes as GRDB takes them.
    var data: Data { Data(self) }
}

extension Row {
    // GRDB's subscripts stop the program where a value is not of the type asked for; these throw.

    /// A column's value; a row of ours that has something else there is damaged.
    func value<Value: DatabaseValueConvertible>(_ column: String, as type: Value.Type = Value.self) throws -> Value {
        guard let value = Value.fromDatabaseValue(self[column]) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: column)
        }
        return value
    }

    /// A column's value, nil where it is NULL.
    func optional<Value: DatabaseValueConvertible>(_ column: String, as type: Value.Type = Value.self) throws -> Value?
    {
        (self[column] as DatabaseValue).isNull ? nil : try value(column, as: type)
    }

    /// A size or a position.
    func count(_ column: String) throws -> UInt64 {
        guard let count = UInt64(exactly: try value(column, as: Int64.self)) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: column)
        }
        return count
    }

    /// A blob column's bytes.
    func bytes(_ column: String) throws -> [UInt8] { [UInt8](try value(column, as: Data.self)) }
}
