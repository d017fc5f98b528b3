{
  "signatures": [
    {
      "approver": "example-one",
      "content": "ec27d5a52f4903ccfd47b30949180060a45fa5e67d79b8bdfcbd77f7870602a3",
      "signature": "aBBTVSKbrX+zy8TPiDAgEBV9mI0Fh4LkSA97dwzzeE1mrhAStDRaJSZNMUw6cYWcxyMZemwvMUY0MVvh9ZnwBw==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "ec27d5a52f4903ccfd47b30949180060a45fa5e67d79b8bdfcbd77f7870602a3",
      "signature": "7pjJwfeW/5KiKbiH94Kh0s1sIt63PEXbo3oRv7wAKbPRveN1tAgkHOE0GhGGxwebdHpAZzwjWwWVJprBlXaVCA==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/state-university-research"
}
