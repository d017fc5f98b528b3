{
  "signatures": [
    {
      "approver": "example-one",
      "content": "ea28fe4d6659fbb446f253e1ee5a25cd4dca464d716d3ceacf96fb7ad975d4fd",
      "signature": "pWhKzpeHS7kjvc5NcX5hn04oMvH8Bc/p+fm9FZ92OBuXR+RN3tPCvuRMxyutjJcvpQMd2x47pTpColsnXqgYCA==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "ea28fe4d6659fbb446f253e1ee5a25cd4dca464d716d3ceacf96fb7ad975d4fd",
      "signature": "1pEEPhNxX0uEmSO15dpyDtkdBBbMIldTwpMW3DeJZlPVR6+WIIhmryhW0d7vuMdHwp9U+li86rGnLEqStxP0CQ==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "fields"
}
