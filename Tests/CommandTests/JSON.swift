import Foundation

/// A JSON value, looked into by name and place.
struct JSON: Sendable, Equatable {
    indirect enum Value: Sendable, Equatable {
        case object([String: JSON])
        case array([JSON])
        case string(String)
        case number(Int)
        case bool(Bool)
        case null
    }

    let value: Value

    init(_ bytes: [UInt8]) throws {
        self.init(try JSONSerialization.jsonObject(with: Data(bytes)))
    }

    private init(_ any: Any) {
        switch any {
        case let object as [String: Any]: value = .object(object.mapValues { JSON($0) })
        case let array as [Any]: value = .array(array.map { JSON($0) })
        case let string as String: value = .string(string)
        case let number as NSNumber:
            // The boolean numbers are the only ones with this encoding.
            value = String(cString: number.objCType) == "c" ? .bool(number.boolValue) : .number(number.intValue)
        default: value = .null
        }
    }

    subscript(name: String) -> JSON? {
        if case .object(let members) = value { members[name] } else { nil }
    }

    subscript(index: Int) -> JSON? {
        if case .array(let items) = value, items.indices.contains(index) { items[index] } else { nil }
    }

    var names: [String] { if case .object(let members) = value { members.keys.sorted() } else { [] } }
    var array: [JSON] { if case .array(let items) = value { items } else { [] } }
    var string: String? { if case .string(let text) = value { text } else { nil } }
    var int: Int? { if case .number(let number) = value { number } else { nil } }
    var bool: Bool? { if case .bool(let bool) = value { bool } else { nil } }
}
