/// Whether a heading names patient data, which is never read (SPEC 3.1).
func namesPatientData(_ heading: String) -> Bool {
  let words = wordsOfHeading(heading)
  if words.contains(where: ["patient", "mrn", "dob", "ssn", "diagnosis"].contains) { return true }
  return words.indices.dropLast(2).contains {
    words[$0] == "date" && words[$0 + 1] == "of" && words[$0 + 2] == "birth"
  }
}

/// The words of a heading, in lower case.
///
/// Words end at signs, at digits, where a capital follows a small letter, and before the last
/// capital of a run that small letters follow: `MRNNumber` is `mrn`, `number`.
func wordsOfHeading(_ heading: String) -> [String] {
  let scalars = Array(heading.unicodeScalars)
  var words: [String] = []
  var word = String.UnicodeScalarView()
  for (index, scalar) in scalars.enumerated() {
    guard scalar.properties.isAlphabetic else {
      endWord()
      continue
    }
    if scalar.properties.isUppercase, index > 0 {
      let follows = scalars[index - 1].properties
      let precedesSmall = index + 1 < scalars.count && scalars[index + 1].properties.isLowercase
      if follows.isLowercase || (follows.isUppercase && precedesSmall) { endWord() }
    }
    word.append(scalar)
  }
  endWord()
  return words

  func endWord() {
    if !word.isEmpty { words.append(String(word).lowercased()) }
    word.removeAll()
  }
}
