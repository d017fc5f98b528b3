{
  "signatures": [
    {
      "approver": "example-one",
      "content": "f0da86d92c564b4615808c34a3849fdb2579d1b6ce4a4b31435b455ab553d55d",
      "signature": "tHkQz/x0uw2kaWO43TP4EqK1anJHiH1BM0bGTCspau8AiJbw77vjDKI4duSAEOCbiBsbFxaVzypK8eBFoeWuAg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "f0da86d92c564b4615808c34a3849fdb2579d1b6ce4a4b31435b455ab553d55d",
      "signature": "QnJhMnuyWdbJ9ZEXq94E2GEyeUec3Ln2dQDXZszvBpDDSZfHqA4lZxD/ql+UIzh7KtMQwIVDQ2RHWIgrsJl9Ag==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
