{
  "signatures": [
    {
      "approver": "example-one",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "Yi22Id5SewTcsXouzLKz3K3FG+02RSKua/b/61r/cDsRacqsojcomwf7e/NP7PdZ47aVnUSDRdLuuVpHFaRDBg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "0mPl47Y/HDT2f7LBngYphEEUfCK7ymS85pR+x6Z7YPjydHiAZQIJfr6KyvIEWJkVS0aqwLTBvuBPBfXtNsyxAA==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "fields"
}
