{
  "signatures": [
    {
      "approver": "example-one",
      "content": "e7a9d513ed44892041de963d8b2db2252695add1df10e83464bc8b4c7870a940",
      "signature": "i+in9YLrI5Tq9qmtLd8tO59fUpG2wP8bNQD9UyAuomDBRX6wth70I+GycpXv0NBHjyaIGPC2A6Rd+wgjRYDTBQ==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "e7a9d513ed44892041de963d8b2db2252695add1df10e83464bc8b4c7870a940",
      "signature": "WaXycv6nzjQnsR/78tl6ja67CkitTu8ejkLzw/z6SyYmgASYUYwPeWssCn43XBsAELpO8fhxnq08w3/tfWRnCw==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/state-university-research"
}
