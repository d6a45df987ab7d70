import Testing
import Vocabulary

struct SimilarityKeyTests {
  /// Ledgers have them: where these numbers change, what was paid is not found any more.
  @Test(
    arguments: [
      ("C-001", 0xECA0_064E, 0xF32D_F753), ("c1", 0x59A8_0509, 0x3CF1_4511),
      ("00-1", 0xD399_E9C0, 0xA5F4_0B13), ("-", 0x0000_0000, 0x139E_CF9F),
      ("病例-7", 0xD5E5_F814, 0xC5D5_25DC), ("ÄΩ1", 0xD399_E9C0, 0xA5F4_0B13),
      ("MH-10290", 0x5091_C317, 0xA43B_43A1), ("GR-2026-000001", 0xF7C5_6411, 0x6D87_E461),
      ("UCSF-ONLINE-0000012345", 0xEC34_14DA, 0x81DB_20E6),
    ] as [(String, UInt32, UInt32)])
  func keysAreThoseOfEveryLedger(id: String, ofCase: UInt32, ofConference: UInt32) {
    var id = id
    id.withUTF8 {
      #expect(SimilarityKey.key(of: $0, .case) == ofCase)
      #expect(SimilarityKey.key(of: $0, .conference) == ofConference)
    }
  }
}
