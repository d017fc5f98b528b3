{
  "signatures": [
    {
      "approver": "example-one",
      "content": "b3f01cc8834fe4e22c2ee7d06e712b48bb79e059d84afb49e05157492e8395a0",
      "signature": "U8rqBMFE83csaA/CgQb9sAyQ+pd5ADsK8Fsr1UJQ2lLzQGxg1XK8zeKJ7wVVoZOJb2knEWmWNDpv85ZMSodKBg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "b3f01cc8834fe4e22c2ee7d06e712b48bb79e059d84afb49e05157492e8395a0",
      "signature": "UiPLi8kK92pTXEankx1DpVjYYNJ+Hc6AAbg57RAajDPgptMbdQV2u6FDeXVVfzMeT8v8uJuxKhO2s5TR3jOeAA==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/state-university-research"
}
