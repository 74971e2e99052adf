internal import Inspection

extension HTML.StringInterpolation {
    mutating func appendInterpolation(_ day: Day) { appendInterpolation("\(day)" as String) }
}
