import Rules
import Testing

/// File names of statements that survive Windows (SPEC 6).
struct SheetNamesTests {
  @Test(arguments: [
    ("Neurology", "neurology", "lower case"),
    (
      "Obstetrics, Gynecology & Reproductive Sciences",
      "obstetrics-gynecology-reproductive-sciences", "a run of anything else is one hyphen"
    ),
    ("Médecine/Interne", "medecine-interne", "accents fold"),
    ("  ..", "department", "nothing is left"),
    ("神経内科", "department", "no ASCII letter"),
    ("CON", "con-department", "Windows reserves it"),
    ("com1", "com1-department", "and this"), ("LPT1", "lpt1-department", "and this"),
    ("Com10", "com10", "but not this"),
    ("(unassigned)", "unassigned", "like the others"),
    ("½ ﬁve", "1-2-five", "compatibility forms fold"),
    (String(repeating: "a", count: 61), String(repeating: "a", count: 60), "at most 60"),
    (
      String(repeating: "a", count: 59) + " b", String(repeating: "a", count: 59),
      "no hyphen at the end of 60"
    ),
  ])
  func name(department: String, name: String, because: String) {
    #expect(sheetNames(of: [department]) == [name], "\(because)")
  }

  @Test func namesAreUniqueInOrder() {
    let long = String(repeating: "a", count: 60)
    #expect(sheetNames(of: ["A", "a", "a 2", "Á"]) == ["a", "a-2", "a-2-2", "a-3"])
    #expect(
      sheetNames(of: [long, long + "b"]) == [long, String(repeating: "a", count: 58) + "-2"])
  }
}
