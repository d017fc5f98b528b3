{
  "signatures": [
    {
      "approver": "example-one",
      "content": "231cbc9e310802952fcad36edf5658eea871d325ce03af5e6d7862a36109f234",
      "signature": "MBm/O3AXzU03AjNpJL8msC7EzMg9DDqCTuFysT1XESQZk8pU1wEtvDQ/FZSqDO8KynVQcsKKYH6YuVZZD2PeBg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "231cbc9e310802952fcad36edf5658eea871d325ce03af5e6d7862a36109f234",
      "signature": "uv0uJs8NDtjM/SpKzKlZK1839+8t8pUWr+nRvsFBqadJdEXtma/SeXRQvtECBluQ3GZ9miB9jTgX22O56Dx1Dw==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/county-analytics"
}
