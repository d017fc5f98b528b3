{
  "signatures": [
    {
      "approver": "example-one",
      "content": "37c39e5ed02b840886ba4ee4a01f9a3a16af186418431ad95e874f2ac90081b3",
      "signature": "1UyivjUBq3k+C6/9iD8PvmYjcJF3T6wLoZa1rXNKyVDVTeKVsOudO/BIEpdioFJrF8ELuLA0BfqZqbh/Fw+VAQ==",
      "signed": "2026-11-24"
    },
    {
      "approver": "example-two",
      "content": "37c39e5ed02b840886ba4ee4a01f9a3a16af186418431ad95e874f2ac90081b3",
      "signature": "xmnsuST+HsNjZ7rkDZ7lDHKbf72V2nKOU7QuSuhUXaJBfJn7FtzQJHuS/3ykpb7AlW1XFxz8lu/smPmgYc72Dg==",
      "signed": "2026-11-24"
    }
  ],
  "subject": "recipients/state-university-research"
}
