{
  "signatures": [
    {
      "approver": "example-one",
      "content": "6530577a4c0c7da4c23394d1128b68f88a9470dd7064b8f64313b51e4c667b19",
      "signature": "ml41wlXKn+/PGNHDXf+5roTg5ok/ZYZJYxltyY4E2rMgV65vj9rnxDCgY+xK8If5iLQ8Qyp7HjSnuQHL//wtCw==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "6530577a4c0c7da4c23394d1128b68f88a9470dd7064b8f64313b51e4c667b19",
      "signature": "jKlne4FN1piQBGyFEwO04kTHL8MBFlg5Dql6hPzPzs007ojLLoJ2pjyuHtUrHNz2+4gUmZ0c7K+5XTSK2qIpBg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/county-analytics"
}
