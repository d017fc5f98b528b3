{
  "signatures": [
    {
      "approver": "example-one",
      "content": "f0da86d92c564b4615808c34a3849fdb2579d1b6ce4a4b31435b455ab553d55d",
      "signature": "4Fn2+def7cNKJMC4I7/hOKtxuj7aKeJMcOfKovXl1X6VdxWBcAvzgPZBTeXYg4veCKSAH6e5QM39cLkM45DzBg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "f0da86d92c564b4615808c34a3849fdb2579d1b6ce4a4b31435b455ab553d55d",
      "signature": "JCmg7JADwEkkx2Hgtr9u4mYzdGuZR2yy5Wma3aNVzxZzJAGh+nbC8F6VYwUfCz/rfMZ4oK0NJjUvD171AjQMCA==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
