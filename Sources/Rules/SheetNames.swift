import Foundation

/// File names of statements, without their ending, for departments in order of name (SPEC 6).
///
/// Lower-case ASCII letters, digits and hyphens; never empty, never a name that Windows reserves,
/// at most 60 long, each one once.
package func sheetNames(of departments: [String]) -> [String] {
  var taken: Set<String> = []
  return departments.map { department in
    let base = sheetName(of: department)
    var (name, number) = (base, 2)
    while !taken.insert(name).inserted {
      let suffix = "-\(number)"
      name = withoutEndHyphens(String(base.prefix(sheetNameMax - suffix.count))) + suffix
      number += 1
    }
    return name
  }
}

private let sheetNameMax = 60

private func sheetName(of department: String) -> String {
  var name = ""
  for scalar in department.decomposedStringWithCompatibilityMapping.unicodeScalars {
    switch scalar {
    case "a"..."z", "0"..."9": name.unicodeScalars.append(scalar)
    case "A"..."Z": name += String(scalar).lowercased()
    // An accent, taken off its letter by NFKD.
    case _ where scalar.properties.canonicalCombiningClass != .notReordered: continue
    default: if name.last != "-" { name += "-" }
    }
  }
  name = withoutEndHyphens(String(withoutEndHyphens(name).prefix(sheetNameMax)))
  if name.isEmpty { return "department" }
  return isReservedOnWindows(name) ? name + "-department" : name
}

private func withoutEndHyphens(_ name: String) -> String {
  var name = name.drop { $0 == "-" }
  while name.last == "-" { name.removeLast() }
  return String(name)
}

private func isReservedOnWindows(_ name: String) -> Bool {
  if ["con", "prn", "aux", "nul"].contains(name) { return true }
  guard name.count == 4, name.hasPrefix("com") || name.hasPrefix("lpt") else { return false }
  return "0123456789".contains(name.last ?? " ")
}
