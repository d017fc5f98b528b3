{
  "signatures": [
    {
      "approver": "example-one",
      "content": "37c39e5ed02b840886ba4ee4a01f9a3a16af186418431ad95e874f2ac90081b3",
      "signature": "8mpvKUeYiw+Kfo203vELZr80n+VSP8XJwDJBHFFZlx0FI1ilPVYHKxInzeJDX3ZUkfI8/dSeA3ojb5QWeT2OAg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "37c39e5ed02b840886ba4ee4a01f9a3a16af186418431ad95e874f2ac90081b3",
      "signature": "25rafrX/TC5y1ilWDnzJVtzWyAv/QG5kaNARWabfP0e7QlAvQ9Vtmz2BeQD4BUVeOz3yFqVRvwdzT1Nsl2eFBg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/state-university-research"
}
