{
  "signatures": [
    {
      "approver": "example-one",
      "content": "6530577a4c0c7da4c23394d1128b68f88a9470dd7064b8f64313b51e4c667b19",
      "signature": "8IEwZ8AFsF4vwx3nuRtxAVlMzGwUgHSCX0EQUGNhgNFVfz1EfNSCyuq82fB91YlDijwKLLMX8Hzqg/gQ5QCrAw==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "6530577a4c0c7da4c23394d1128b68f88a9470dd7064b8f64313b51e4c667b19",
      "signature": "JlYQ/JFUHtTbz19tjWYHYd7SdkavcE4VWyPlrzHAJqyGChxj98yrh2khOS6ISvEEyPnNl/qzZLA0Y8/Da8xxAA==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/county-analytics"
}
