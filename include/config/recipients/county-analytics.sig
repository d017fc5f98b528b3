{
  "signatures": [
    {
      "approver": "example-one",
      "content": "b3a0e43a8c87380b95e0f4ea95801c91bdfb0406af4843228e76719dea88aee0",
      "signature": "jHKN7OYlispP1sMFx8hwx1WKprpGusrQANN/9h6fx4D4PU0gm8ZMNxk7R+1O2guro30RglPQod1H8uP1qax8Ag==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "b3a0e43a8c87380b95e0f4ea95801c91bdfb0406af4843228e76719dea88aee0",
      "signature": "Ca2JwFq8NMwSC65XuU+V+4lnJXMzuIQ52D6aV885RxBAbxDFHSAB6T48AHIGJrPcGivnfDonwQe2/tMe3QyhAA==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/county-analytics"
}
