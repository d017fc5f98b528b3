{
  "signatures": [
    {
      "approver": "example-one",
      "content": "f0da86d92c564b4615808c34a3849fdb2579d1b6ce4a4b31435b455ab553d55d",
      "signature": "anHURx521xKPZ5lGRfmvF8o6MO8KnkPdNzdAyKd4NH49EAMb170DOLkfiC9lkxOV/G4j3PuCcMku22LoqjVJBA==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "f0da86d92c564b4615808c34a3849fdb2579d1b6ce4a4b31435b455ab553d55d",
      "signature": "8fXH/OofoCZ1jjLbNjZNQud9uaRBYOgm+S1RJhmjY7o7eT17XV0EqKxmKaRaq2pCBAr0SB/iwTZKTr9hKHNNCA==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
