{
  "signatures": [
    {
      "approver": "example-one",
      "content": "ea28fe4d6659fbb446f253e1ee5a25cd4dca464d716d3ceacf96fb7ad975d4fd",
      "signature": "rj+svnPfFchO2Nrp4hKx9UMTIp83f7L2g3DF6OX/YFGogLRv2ErM9Z0bcYylsK0ayKXj0bhJiEEaw+mIhblaDA==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "ea28fe4d6659fbb446f253e1ee5a25cd4dca464d716d3ceacf96fb7ad975d4fd",
      "signature": "HyFVDb7QDW6K9qXjJyYICvezqcXBuYzEuZEZGfmrpkqm1aw2oMZeyxCYtjv0HWapVXVicsLbdmThVL39Kxl8DQ==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "fields"
}
